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

    /// <summary>Checks that began, or waited for the right to call the cloud, later than their interval allows, since the start.</summary>
    public required long ChecksLate { get; init; }

    /// <summary>Sweeps of the installation: one for each account and cloud with groups, on any server.</summary>
    public required int SweepsKnown { get; init; }

    /// <summary>Sweeps that this server makes.</summary>
    public required int SweepsHeld { get; init; }

    /// <summary>Of these, sweeps that are due and wait to begin.</summary>
    public required int SweepsDue { get; init; }

    /// <summary>Sweeps that began later than their interval allows, since the start.</summary>
    public required long SweepsLate { get; init; }

    /// <summary>When the last sweep ended; null before the first.</summary>
    public DateTimeOffset? LastSweepAt { get; init; }
}
