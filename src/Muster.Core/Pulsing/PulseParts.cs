using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>What every part of one pulse works with.</summary>
internal sealed record PulseParts
{
    public required IPulseStore Store { get; init; }

    public required ICloudDirectory Clouds { get; init; }

    public required Reconciler Reconciler { get; init; }

    public required ActivityFeed Feed { get; init; }

    public required StoreTime Time { get; init; }

    public required IRandomSource Random { get; init; }

    public required PulseOptions Options { get; init; }

    public required IPulseObserver Observer { get; init; }

    public required Schedule Schedule { get; init; }

    public required CheckHistory History { get; init; }

    public required TaskTracker Tasks { get; init; }

    /// <summary>Start nothing new, finish what is in flight.</summary>
    public required CancellationToken Stopping { get; init; }

    /// <summary>Drop everything: what is in flight is found again later.</summary>
    public required CancellationToken Abort { get; init; }

    /// <summary>Tells of a check that is done, before its end frees the group.</summary>
    public void Tell(CheckReport report, TimeSpan duration)
    {
        History.Keep(report, Schedule.Checks.TimingOf(report.Group));
        Observer.OnChecked(report, duration);
    }

    /// <summary>Tells of a check that broke off, before its end frees the group.</summary>
    public void TellBroken(GroupId group, Exception error) => History.Keep(
        group, Schedule.Checks.TimingOf(group), outcome: null,
        error is CloudException or StoreException ? error.Message : "a bug: the server's log has its stack");

    /// <summary>The living group of that id.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>.</exception>
    public async Task<GroupRecord> ReadAsync(GroupId group, CancellationToken cancellationToken) =>
        await Store.FindGroupAsync(group, cancellationToken) is { Group.Phase: not GroupPhase.Archived } record
            ? record
            : throw new StoreException(StoreErrorKind.NotFound, $"there is no living group {group}");

    /// <summary>The connections to a group's clouds.</summary>
    public GroupClouds CloudsOf(GroupRecord record) => GroupClouds.Of(Clouds, record.Group.Account);

    /// <summary>The configured cloud of that name, as the account uses it.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.Unavailable"/>: there is none.</exception>
    public GovernedCloud CloudNamed(AccountId account, string name) =>
        Clouds.Find(account, name)?.Cloud ?? throw CloudSight.NotThere(name);
}
