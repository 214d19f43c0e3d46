using Muster.Core.Templates;

namespace Muster.Core.Placements;

/// <summary>Where a part of a group lives.</summary>
/// <param name="Name">Unique in its group.</param>
/// <param name="Template">What the next launch there is made from; it names the cloud.</param>
public sealed record Placement(string Name, Template Template)
{
    /// <summary>The name of a group's one placement, where the group has a template and no list of placements.</summary>
    public const string Only = "only";
}
