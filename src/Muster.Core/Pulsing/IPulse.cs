using System.Collections.Immutable;

using Muster.Core.Planning;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>What makes level checks happen, seen from those who change groups.</summary>
public interface IPulse
{
    /// <summary>Has the group checked as soon as possible; wake-ups that arrive meanwhile melt into one. Returns at once.</summary>
    void Wake(GroupId group);

    /// <summary>Checks the group now and waits for the outcome.</summary>
    /// <exception cref="Clouds.CloudException">The cloud could not be looked at.</exception>
    /// <exception cref="Storage.StoreException">The store failed, or there is no such living group.</exception>
    Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken);

    /// <summary>What the next check would do, from a fresh look at the cloud, without doing it.</summary>
    /// <exception cref="Clouds.CloudException">The cloud could not be looked at.</exception>
    /// <exception cref="Storage.StoreException">The store failed, or there is no such living group.</exception>
    Task<Plan> PlanAsync(GroupId group, CancellationToken cancellationToken);

    /// <summary>Live figures for status and metrics.</summary>
    PulseStatus Status { get; }
}

/// <summary>Live figures of the pulse.</summary>
public sealed record PulseStatus
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
    public required DateTimeOffset? LastSweepAt { get; init; }

    /// <summary>Calls to each cloud credential.</summary>
    public required ImmutableArray<CallFigures> Clouds { get; init; }
}
