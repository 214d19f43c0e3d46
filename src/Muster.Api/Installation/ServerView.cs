namespace Muster.Api.Installation;

/// <summary>A server that lives.</summary>
public sealed record ServerView
{
    /// <summary>Who it is, in leases: unique to the process.</summary>
    public required string Holder { get; init; }

    /// <summary>Where it listens.</summary>
    public required string Address { get; init; }

    /// <summary>Of the program.</summary>
    public required string Version { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it last said that it lives.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>Sweeps that it holds.</summary>
    public required int SweepsHeld { get; init; }

    /// <summary>Whether it is the one that answers.</summary>
    public required bool Self { get; init; }
}
