using System.Collections.Immutable;

namespace Muster.Core.Launches;

/// <summary>Tags that a launch was written down with.</summary>
/// <param name="Values">By name.</param>
public sealed record LaunchTags(ImmutableSortedDictionary<string, string> Values)
{
    /// <summary>By content: record equality would compare the dictionary by reference.</summary>
    public bool Equals(LaunchTags? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Count;
}
