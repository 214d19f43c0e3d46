namespace Muster.Api.Installation;

/// <summary>Live figures of the pulse.</summary>
public sealed record PulseView
{
    /// <summary>Living groups it keeps.</summary>
    public required int Groups { get; init; }

    /// <summary>Groups being checked at this moment.</summary>
    public required int ChecksInFlight { get; init; }

    /// <summary>Checks finished since the start.</summary>
    public required long Checks { get; init; }

    /// <summary>Sweeps finished since the start.</summary>
    public required long Sweeps { get; init; }

    /// <summary>Checks that started later than their interval allows, since the start.</summary>
    public required long ChecksLate { get; init; }

    /// <summary>When the last sweep ended; null before the first.</summary>
    public DateTimeOffset? LastSweepAt { get; init; }
}
