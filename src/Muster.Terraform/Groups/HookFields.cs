using System.Collections.Immutable;
using System.Globalization;

using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Life;
using Muster.Terraform.Findings;
using Muster.Terraform.Planning;
using Muster.Terraform.Schemas;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>A group's hooks, as blocks: those that are taken away again are removed.</summary>
internal static class HookFields
{
    /// <summary>The block.</summary>
    public const string Name = "hook";

    private const string ApiName = "hooks";

    private static readonly ImmutableArray<SchemaAttribute> Inner =
    [
        SchemaAttribute.Required("name", AttributeType.Text, $"Unique in the group: {HookRules.NameWords}."),
        SchemaAttribute.Required("at", AttributeType.Text,
            "When it holds an instance: `launch` (it is up, and not in service before it may go on) or `terminate` (it is not terminated "
            + "before)."),
        SchemaAttribute.Defaulted(
            "timeout", AttributeType.Text, Value.Of(DurationText.Format(HookRules.TimeoutDefault)),
            $"How long it waits for an answer, from `{DurationText.Format(HookRules.TimeoutMin)}` to "
            + $"`{DurationText.Format(HookRules.TimeoutMax)}`. `{DurationText.Format(HookRules.TimeoutDefault)}` unless set."),
        SchemaAttribute.Either("on_timeout", AttributeType.Text,
            "What silence means: `continue` or `abandon`. At launch `abandon` unless set: the instance is terminated, and counts as a "
            + "failed launch. At termination `continue` unless set; the instance ends either way."),
        SchemaAttribute.Defaulted(
            "tell", AttributeType.Text, Value.Of(HookRules.None),
            "Who is told that an instance waits, beside those who follow the group's activity: the URL of a web hook, `exec:NAME` for a "
            + "command of the server's configuration, or `none`. The URL is no place for a secret. `none` unless set."),
    ];

    /// <summary>Of the resource.</summary>
    public static SchemaAttribute Resource { get; } = SchemaAttribute.Defaulted(
        Name, new AttributeType.ObjectType(Inner, IsList: true), new Value.Sequence([]),
        $"A hook: each instance of the group waits for an answer to it. At most {HookRules.Max} blocks.") with { IsBlock = true };

    /// <summary>Of the data source.</summary>
    public static SchemaAttribute DataSource { get; } = SchemaAttribute.Computed(
        ApiName,
        new AttributeType.ObjectType(
            [.. Inner.Select(one => SchemaAttribute.Computed(one.Name, one.Type, one.Description))], IsList: true),
        "Where others have their turn in the life of each instance.");

    /// <summary>All the hooks of a configuration or a plan, as the API takes them; null where they are not known.</summary>
    public static IReadOnlyList<HookInput>? Input(Fields group) => group[Name] is not Value.Sequence blocks ? null :
    [
        .. blocks.Items.Select(Fields.Of).Select(block => new HookInput
        {
            Name = block.Text("name"),
            At = block.Text("at"),
            TimeoutS = Seconds(block),
            OnTimeout = block.Text("on_timeout"),
            Tell = block.Text("tell"),
        }),
    ];

    /// <summary>All the hooks of a new group; null for none, of which an older server knows nothing.</summary>
    public static IReadOnlyList<HookInput>? New(Fields planned) => Input(planned) is { Count: > 0 } hooks ? hooks : null;

    /// <summary>All the hooks that there are to be; null when nothing must change.</summary>
    public static IReadOnlyList<HookInput>? Change(GroupView now, Fields planned) => Input(planned) is not { } wanted ? null
        : wanted.Select(Whole).SequenceEqual((now.Hooks ?? []).Select(Input)) ? null
        : wanted;

    /// <summary>Hooks as a value.</summary>
    /// <param name="hooks">As the server has them; null for none.</param>
    /// <param name="before">How the user spelled them; null where nobody did.</param>
    public static Value Of(IReadOnlyList<HookView>? hooks, Fields? before)
    {
        var spelled = before?[Name] is Value.Sequence known
            ? known.Items.OfType<Value.Mapping>().Select(block => new Fields(block)).Where(block => block.IsGiven("name"))
                .DistinctBy(block => block.Required("name")).ToDictionary(block => block.Required("name"))
            : [];
        return new Value.Sequence([.. (hooks ?? []).Select(hook => Value.Object(
            ("name", Value.Of(hook.Name)),
            ("at", Value.Of(hook.At)),
            ("timeout", spelled.TryGetValue(hook.Name, out var block) && Durations.IsSame(block.Text("timeout"), hook.TimeoutS)
                ? block["timeout"]
                : Value.Of(Durations.Write(hook.TimeoutS))),
            ("on_timeout", Value.Of(hook.OnTimeout)),
            ("tell", Value.Of(hook.Tell ?? HookRules.None))))]);
    }

    /// <summary>What silence means where it is not written follows from when the hook holds; times keep their spelling.</summary>
    public static void Refine(ChangeDraft draft)
    {
        if (new Fields(draft.Planned)[Name] is not Value.Sequence planned || draft.Config[Name] is not Value.Sequence written)
        {
            return;
        }

        var prior = draft.Prior?[Name] is Value.Sequence known ? known.Items : [];
        draft.Set(Name, new Value.Sequence([.. planned.Items.Zip(written.Items, (item, config) => (item, config))
            .Select((pair, index) => pair is (Value.Mapping hook, Value.Mapping config)
                ? Refined(hook, new(config), index < prior.Length && prior[index] is Value.Mapping before ? new Fields(before) : null)
                : pair.item)]));
    }

    /// <summary>What can be said without a server, once all of it is known.</summary>
    public static void Check(Fields config, FindingList findings)
    {
        if (config[Name] is not Value.Sequence blocks || blocks.HasUnknown)
        {
            return;
        }

        var before = findings.All.Count;
        foreach (var (index, block) in blocks.Items.Index())
        {
            Durations.Read(
                Fields.Of(block), "timeout", HookRules.TimeoutMin, HookRules.TimeoutMax, findings, AttributePath.Of(Name).AtIndex(index));
        }

        var errors = ImmutableArray.CreateBuilder<InputError>();
        if (findings.All.Count == before && Input(config) is { } input)
        {
            HookRules.Resolve(
                [
                    .. input.Select(hook => new HookEdit
                    {
                        Name = hook.Name,
                        At = hook.At,
                        TimeoutSeconds = hook.TimeoutS,
                        OnTimeout = hook.OnTimeout,
                        Tell = hook.Tell,
                    }),
                ],
                Hooks.None, default, errors);
        }

        foreach (var wrong in errors)
        {
            findings.Invalid(
                ApiFields.Place(GroupSchema.Resource, Named(wrong.Field, config)) ?? AttributePath.Of(Name), wrong.Value, wrong.Allowed);
        }
    }

    /// <summary>A field of the API as users of Terraform know it: <c>hooks.bake.timeout_s</c> is <c>hook[0].timeout</c>.</summary>
    public static string Named(string field, Fields config)
    {
        if (field == ApiName)
        {
            return Name;
        }

        if (!field.StartsWith($"{ApiName}.", StringComparison.Ordinal) || field.LastIndexOf('.') is not (> 0 and var last)
            || last < ApiName.Length + 1)
        {
            return field;
        }

        // A hook's name may have dots in it.
        var (hook, inner) = (field[(ApiName.Length + 1)..last], field[(last + 1)..]);
        var index = (Input(config) ?? []).Index().Where(one => one.Item.Name == hook).Select(one => (int?)one.Index).FirstOrDefault()
            ?? (int.TryParse(hook, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);
        return index is { } at
            ? string.Create(CultureInfo.InvariantCulture, $"{Name}[{at}].{(inner == "timeout_s" ? "timeout" : inner)}")
            : Name;
    }

    private static Value.Mapping Refined(Value.Mapping hook, Fields config, Fields? prior)
    {
        var fields = new Fields(hook);
        var silence = !config["on_timeout"].IsNull ? config["on_timeout"] : fields["at"] switch
        {
            Value.Text { Content: "launch" } => Value.Of(HookRules.Word(HookRules.SilenceOf(HookMoment.Launch))),
            Value.Text { Content: "terminate" } => Value.Of(HookRules.Word(HookRules.SilenceOf(HookMoment.Terminate))),
            _ => Value.Unknown,
        };
        return hook.With(
        [
            ("on_timeout", silence),
            ("timeout", prior is { } before && Seconds(before) is { } seconds && Durations.IsSame(fields.Text("timeout"), seconds)
                ? before["timeout"]
                : fields["timeout"]),
        ]);
    }

    /// <summary>The same with what the rules make of what is left out.</summary>
    private static HookInput Whole(HookInput input) => input with
    {
        TimeoutS = input.TimeoutS ?? HookRules.TimeoutDefault.TotalSeconds,
        OnTimeout = input.OnTimeout ?? HookRules.Word(HookRules.SilenceOf(input.At == "launch" ? HookMoment.Launch : HookMoment.Terminate)),
        Tell = input.Tell ?? HookRules.None,
    };

    private static HookInput Input(HookView view) => new()
    {
        Name = view.Name, At = view.At, TimeoutS = view.TimeoutS, OnTimeout = view.OnTimeout, Tell = view.Tell ?? HookRules.None,
    };

    private static double? Seconds(Fields block) =>
        block.Text("timeout") is { } text && DurationText.TryParse(text, out var time) ? time.TotalSeconds : null;
}
