using System.Collections.Immutable;

using Muster.Core.Governing;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>Live figures of the pulse.</summary>
public sealed record PulseStatus
{
    /// <summary>Living groups it keeps: those of its sweeps, and those that it follows after a change.</summary>
    public required int Groups { get; init; }

    /// <summary>Groups being checked at this moment.</summary>
    public required int ChecksInFlight { get; init; }

    /// <summary>Checks finished since the start.</summary>
    public required long Checks { get; init; }

    /// <summary>Sweeps finished since the start.</summary>
    public required long Sweeps { get; init; }

    /// <summary>
    /// Checks that began, or waited for the right to call, longer than a tenth of their interval and at least a second, since the start;
    /// those that wait at this moment included.
    /// </summary>
    public required long ChecksLate { get; init; }

    /// <summary>When the last sweep ended; null before the first.</summary>
    public required DateTimeOffset? LastSweepAt { get; init; }

    /// <summary>Servers that live and share the sweeps, this one included; 0 before the store said so.</summary>
    public int Servers { get; init; }

    /// <summary>Sweeps of the installation: one for each account and cloud with groups, whichever server holds them.</summary>
    public int SweepsKnown { get; init; }

    /// <summary>Sweeps that this server holds.</summary>
    public int SweepsHeld { get; init; }

    /// <summary>Sweeps of these that are due and wait to begin.</summary>
    public int SweepsDue { get; init; }

    /// <summary>
    /// Sweeps that began more than a tenth of their interval, and at least a second, after they were due, since the start.
    /// </summary>
    public long SweepsLate { get; init; }

    /// <summary>Whether the store's clock was read since the start; until then this machine's stands for it.</summary>
    public bool StoreTimeKnown { get; init; }

    /// <summary>How far this machine's clock is ahead of the store's; negative when it is behind.</summary>
    public TimeSpan MachineAhead { get; init; }

    /// <summary>Calls to each cloud credential.</summary>
    public required ImmutableArray<CallFigures> Clouds { get; init; }
}
