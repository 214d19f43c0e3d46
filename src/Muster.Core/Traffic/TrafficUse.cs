namespace Muster.Core.Traffic;

/// <summary>
/// A source of traffic that a group uses, and what it says of itself there. Valid when made by <see cref="TrafficRules"/>.
/// </summary>
public sealed record TrafficUse
{
    /// <summary>The source, as the server's configuration calls it.</summary>
    public required string Source { get; init; }

    /// <summary>The backend in which the members get traffic; null of sources that have none.</summary>
    public string? Backend { get; init; }

    /// <summary>The service as which the members are registered; null of sources that register none.</summary>
    public string? Service { get; init; }

    /// <summary>The port on which they take traffic, 1 to 65535; null where <see cref="Attribute"/> names it, or none is needed.</summary>
    public int? Port { get; init; }

    /// <summary>The attribute of each instance that holds its port; null where <see cref="Port"/> says it.</summary>
    public string? Attribute { get; init; }

    /// <summary>Which of an instance's addresses: the first within this network; null for the first of all.</summary>
    public string? Network { get; init; }

    /// <summary>What is asked for at an instance, with a slash in front; null of sources that ask none.</summary>
    public string? Path { get; init; }

    /// <summary>Whether what the source's own checks say is a finding on the members' health.</summary>
    public bool Health { get; init; }
}
