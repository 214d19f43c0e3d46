using System.Runtime.CompilerServices;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>Makes the checks that began: each looks, alone or with others, and acts when it is its turn.</summary>
internal sealed class PacedChecks(PulseParts parts)
{
    private readonly SharedLooks _looks = new(parts.Time, parts.Abort);
    private readonly ConditionalWeakTable<ICallGovernor, ActingTurns> _turns = [];

    /// <summary>One whole look at all that a sweep serves, shared with others who wait for one.</summary>
    /// <param name="account">Whose instances; null for those of every account.</param>
    /// <param name="cloud">Where.</param>
    /// <param name="line">Hears how it waits.</param>
    /// <exception cref="CloudException">It could not.</exception>
    public Task<Observation> LookAsync(AccountId? account, GovernedCloud cloud, ICallLine line) =>
        _looks.LookAsync(cloud.For(line, _looks), new(parts.Store.Installation, account), parts.Abort);

    /// <summary>What the next check would do, for a user who waits for it.</summary>
    /// <exception cref="CloudException">The cloud could not be looked at.</exception>
    /// <param name="record">The group.</param>
    /// <param name="isAssumed">Whether it is not so, but somebody asks what would be.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Assessment> AssessAsync(GroupRecord record, bool isAssumed, CancellationToken cancellationToken)
    {
        var clouds = parts.CloudsOf(record);
        using var line = new CheckLine(checks: null, TurnsOf(record), record.Group.Id, isWish: true, isNew: false);
        var sight = await parts.Reconciler.ObserveAsync(record, clouds.For(line, _looks), cancellationToken);
        return parts.Reconciler.Assess(record, clouds, sight, isAssumed);
    }

    /// <summary>A whole check.</summary>
    /// <param name="record">The group, read just now.</param>
    /// <returns>Null when it only waited and a wake or a stop ended that.</returns>
    public async Task<CheckReport?> CheckAsync(GroupRecord record)
    {
        using var line = LineOf(record);
        var clouds = parts.CloudsOf(record).For(line, _looks);
        Sight sight;
        try
        {
            // Urgent is urgent enough: whoever wakes it now has it checked once more.
            using var wait = line.IsUrgent ? null : BeginWait(record);
            sight = await parts.Reconciler.ObserveAsync(record, clouds, wait?.Token ?? parts.Abort);
        }
        catch (CloudException error)
        {
            return await RecordIdleAsync(parts.Reconciler.CouldNotLook(record, error));
        }
        catch (OperationCanceledException) when (!parts.Abort.IsCancellationRequested)
        {
            return null;
        }

        var assessment = parts.Reconciler.Assess(record, clouds, sight);
        return assessment.NeedsLease
            ? await ActAsync(record, assessment, clouds, sight, line, ensure: null)
            : await RecordIdleAsync(parts.Reconciler.Idle(record, assessment));
    }

    /// <summary>The rest of a check that a sweep's look has found something to do for.</summary>
    /// <param name="record">The group, read before the look.</param>
    /// <param name="assessment">What it made of it.</param>
    /// <param name="sight">What was seen.</param>
    /// <param name="ensure">Throws when the check is not to act any more; asked when its turn has come.</param>
    /// <returns>Null when it only waited and a wake or a stop ended that.</returns>
    public async Task<CheckReport?> ActAsync(GroupRecord record, Assessment assessment, Sight sight, Action ensure)
    {
        using var line = LineOf(record);
        return await ActAsync(record, assessment, parts.CloudsOf(record).For(line, _looks), sight, line, ensure);
    }

    private async Task<CheckReport?> ActAsync(
        GroupRecord record, Assessment assessment, GroupClouds clouds, Sight sight, CheckLine line, Action? ensure)
    {
        if (!line.IsUrgent)
        {
            try
            {
                using var wait = BeginWait(record);
                var newest = await WaitToActAsync(record, sight, line, wait);
                assessment = newest == sight ? assessment : parts.Reconciler.Assess(record, clouds, newest);
            }
            catch (CloudException error)
            {
                return await RecordIdleAsync(parts.Reconciler.CouldNotLook(record, error));
            }
            catch (OperationCanceledException) when (!parts.Abort.IsCancellationRequested)
            {
                return null;
            }
        }

        if (parts.Stopping.IsCancellationRequested)
        {
            return null;
        }

        ensure?.Invoke();
        return assessment.NeedsLease
            ? await parts.Reconciler.ActAsync(record, assessment, clouds, parts.Stopping, parts.Abort)
            : await RecordIdleAsync(parts.Reconciler.Idle(record, assessment));
    }

    /// <summary>Waits for the turn to act, and looks again now and then meanwhile, together with all the others who wait.</summary>
    /// <returns>The newest look: young enough to act on.</returns>
    private async Task<Sight> WaitToActAsync(GroupRecord record, Sight sight, CheckLine line, WakeWait wait)
    {
        // In a line that nobody asks how long it waits: it waits for its turn.
        var clouds = parts.CloudsOf(record).For(new GroupLine(record.Group.Id), _looks);
        using var newest = new NewestLook(sight, token => parts.Reconciler.ObserveAsync(record, clouds, token), parts.Time, wait.Token);
        var turn = line.Enter(newest.Ring);
        await newest.KeepAsync(until: () => turn.HasCome);
        line.OnTurn(CallKind.Read);
        return newest.Look;
    }

    private async Task<CheckReport> RecordIdleAsync(CheckReport report) => await parts.Reconciler.RecordIdleAsync(report, parts.Abort);

    private WakeWait BeginWait(GroupRecord record) => parts.Schedule.Wakes.BeginWait(record.Group.Id, parts.Stopping, parts.Abort);

    private CheckLine LineOf(GroupRecord record) => new(
        parts.Schedule.Checks,
        TurnsOf(record),
        record.Group.Id,
        parts.Schedule.Checks.IsWish(record.Group.Id),
        isNew: record.State.CheckedAt is null);

    /// <summary>Turns are a credential's: that of the cloud where the group is first, and of another where that is not there.</summary>
    private ActingTurns TurnsOf(GroupRecord record)
    {
        var clouds = parts.CloudsOf(record);
        var first = clouds.Find(record.Template.Cloud)
            ?? record.Clouds.Select(clouds.Find).FirstOrDefault(cloud => cloud is not null)
            ?? throw CloudSight.NotThere(record.Template.Cloud);
        return _turns.GetValue(first.Governor, governor => new(governor, parts.Options.ActingMax));
    }
}
