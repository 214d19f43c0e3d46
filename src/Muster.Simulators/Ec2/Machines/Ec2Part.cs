using System.Collections.Immutable;

namespace Muster.Simulators.Ec2.Machines;

/// <summary>A disk or a network interface that belongs to no instance.</summary>
/// <param name="Id">Its id: <c>vol-...</c> or <c>eni-...</c>.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Created">When it was made.</param>
public sealed record Ec2Part(string Id, ImmutableSortedDictionary<string, string> Tags, DateTimeOffset Created)
{
    /// <summary>Whether it is a disk.</summary>
    public bool IsVolume => Id.StartsWith("vol-", StringComparison.Ordinal);
}
