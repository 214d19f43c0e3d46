namespace Muster.Core.Storage;

/// <summary>A server that lives, as it says of itself; those who share a store share the work.</summary>
public sealed record ServerRecord
{
    /// <summary>Who it is, in leases: unique to the process.</summary>
    public required string Holder { get; init; }

    /// <summary>Where it listens, for people.</summary>
    public required string Address { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it last said that it lives.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>When it counts as dead unless it says so again.</summary>
    public required DateTimeOffset EndsAt { get; init; }
}
