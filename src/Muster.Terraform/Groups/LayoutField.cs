using Muster.Api.Groups;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>One thing that a group with placements says beside them.</summary>
/// <param name="Attribute">As users write it.</param>
/// <param name="Default">
/// What holds where the configuration says nothing; never asked of a group with a template alone, which has none.
/// </param>
/// <param name="Read">What the server says of it; null for a group with a template alone.</param>
internal sealed record LayoutField(SchemaAttribute Attribute, Func<SpreadForm, Value> Default, Func<GroupView, Value> Read)
{
    /// <summary>Whether two texts say the same, however they are spelled.</summary>
    public Func<string?, string?, bool> IsSame { get; init; } = (one, other) => one == other;

    public string Name => Attribute.Name;

    /// <summary>What is so, in the words that were there before where they say the same.</summary>
    public Value Spelled(Value before, Value now) =>
        before is Value.Text old && now is Value.Text text && IsSame(old.Content, text.Content) ? before : now;
}
