using Muster.Api.Policies;
using Muster.Terraform.Values;

namespace Muster.Terraform.Policies;

/// <summary>A policy of the API as values.</summary>
internal static class PolicyState
{
    private static readonly string[] Actions = ["add", "remove", "set", "steps"];

    /// <summary>The resource's state.</summary>
    /// <param name="group">The id of its group.</param>
    /// <param name="view">The policy.</param>
    /// <param name="before">What only Terraform knows of it, and how the user spelled things.</param>
    public static Value.Mapping Of(string group, PolicyView view, Fields before)
    {
        var rule = view.Rule with { Name = view.Name, Kind = view.Kind, Mode = view.Mode };
        var state = PolicySchema.Resource.Fill(
            [
                .. PolicyFields.All.Select(field => (field.Name, field.Spelled(before[field.Name], field.Read(rule)))),
                ("group", before["group"]),
                ("name", Value.Of(view.Name)),
                ("kind", Value.Of(view.Kind)),
                ("id", Value.Of(Id(group, view.Name))),
                ("version", Value.Of(view.Version)),
                ("path", Value.Of(view.Path)),
                ("secret", view.Secret is { } secret ? Value.Of(secret) : Known(before["secret"])),
            ]);

        // One step without an end has two ways to be written, which are two attributes.
        return before.Text("kind") == "step" && Spellings.IsSameAction(PolicyFields.Input(before), rule)
            ? state.With(Actions.Select(action => (action, before[action])))
            : state;
    }

    /// <summary>What names a policy among those of all groups.</summary>
    public static string Id(string group, string name) => $"{group}/{name}";

    /// <summary>The parts of such a name; null where it is none.</summary>
    public static (string Group, string Name)? Parts(string id) =>
        id.Split('/') is [{ Length: > 0 } group, { Length: > 0 } name] ? (group, name) : null;

    private static Value Known(Value value) => value.IsUnknown ? Value.Null : value;
}
