using Muster.Core.Planning;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>What makes level checks happen, seen from those who change groups.</summary>
public interface IPulse
{
    /// <summary>Has the group checked as soon as possible; wake-ups that arrive meanwhile melt into one. Returns at once.</summary>
    void Wake(GroupId group);

    /// <summary>Like <see cref="Wake"/>, because a user changed it: its first calls come before others.</summary>
    /// <param name="group">Which.</param>
    /// <param name="account">Whose: no account's changes keep another's from coming first.</param>
    void WakeChanged(GroupId group, AccountId account) => Wake(group);

    /// <summary>
    /// Has every group that this server keeps checked as soon as possible: what stood in the way of all is over. Returns at once.
    /// </summary>
    void WakeAll();

    /// <summary>Checks the group now and waits for the outcome.</summary>
    /// <exception cref="Clouds.CloudException">The cloud could not be looked at.</exception>
    /// <exception cref="Storage.StoreException">The store failed, or there is no such living group.</exception>
    Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken);

    /// <summary>What the next check would do, from a fresh look at the cloud, without doing it.</summary>
    /// <exception cref="Clouds.CloudException">The cloud could not be looked at.</exception>
    /// <param name="group">Which.</param>
    /// <param name="assumed">What a user thinks of changing first: the group as it would be then. Null for the group as it is.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="Storage.StoreException">The store failed, or there is no such living group.</exception>
    Task<Plan> PlanAsync(GroupId group, Func<GroupRecord, GroupRecord>? assumed, CancellationToken cancellationToken);

    /// <summary>What the first check of a group would do that somebody thinks of making, from a fresh look at the cloud.</summary>
    /// <param name="assumed">The group as it would be: no store has it.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="Clouds.CloudException">The cloud could not be looked at.</exception>
    Task<Plan> PlanAsync(GroupRecord assumed, CancellationToken cancellationToken);

    /// <summary>What keeps the group's checks from happening, in a sentence; null when nothing does.</summary>
    string? Obstacle(GroupId group) => null;

    /// <summary>Groups were checked elsewhere, and nothing was to be done.</summary>
    void OnIdle(IReadOnlyCollection<GroupRecord> groups)
    {
    }

    /// <summary>
    /// Whether the next call that a check elsewhere makes for the group comes before others: a user changed it, and this is one of the
    /// first calls since. Who got a yes says with <see cref="OnUrgencyEnded"/> what became of that call.
    /// </summary>
    bool TakesUrgency(GroupId group) => false;

    /// <summary>A call that came before others was made, or is not made after all: then it is one of the first calls no more.</summary>
    void OnUrgencyEnded(GroupId group, bool wasGranted)
    {
    }

    /// <summary>The last checks that this server made, and who else hears of checks.</summary>
    CheckHistory History { get; }

    /// <summary>Groups that this server keeps, or has counted, of which fewer instances run than there must be.</summary>
    int GroupsBelow { get; }

    /// <summary>
    /// Groups that this server keeps, or has counted, of which most instances are unhealthy at once: none is replaced, unless the group
    /// says otherwise.
    /// </summary>
    int GroupsMostlyUnhealthy => 0;

    /// <summary>
    /// Groups whose last check is longer ago than their interval and a grace allow; none where the server makes the checks itself and
    /// counts late ones.
    /// </summary>
    int GroupsMissed => 0;

    /// <summary>Live figures for status and metrics.</summary>
    PulseStatus Status { get; }
}
