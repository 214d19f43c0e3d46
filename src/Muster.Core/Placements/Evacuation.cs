using System.Collections.Immutable;

namespace Muster.Core.Placements;

/// <summary>A person's word that a placement is bad: its members move away, and nothing is launched there until it is restored.</summary>
/// <param name="Placement">Which, by name.</param>
/// <param name="IgnoresDead">
/// Whether what is there counts as dead already: it is replaced all at once, and not in batches of the surge.
/// </param>
/// <param name="Since">When it was said.</param>
public sealed record Evacuation(string Placement, bool IgnoresDead, DateTimeOffset Since);

/// <summary>The placements of a group that a person wants empty.</summary>
/// <param name="All">Each placement once.</param>
public sealed record Evacuations(ImmutableArray<Evacuation> All)
{
    /// <summary>None, as of most groups.</summary>
    public static Evacuations None { get; } = new([]);

    /// <summary>What was said of a placement; null for nothing.</summary>
    public Evacuation? Of(string placement) => All.FirstOrDefault(one => one.Placement == placement);

    /// <summary>By content: record equality would compare the list by reference.</summary>
    public bool Equals(Evacuations? other) => other is not null && All.SequenceEqual(other.All);

    /// <inheritdoc/>
    public override int GetHashCode() => All.Length;
}
