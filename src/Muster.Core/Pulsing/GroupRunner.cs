using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>Runs checks of single groups: those that hurry, those that a user asks for, and the acting ones that a sweep starts.</summary>
internal sealed class GroupRunner(PulseParts parts, SweepSharing sharing, PacedChecks paced)
{
    /// <summary>Checks the group for somebody who waits for the outcome, after a check that is running.</summary>
    public async Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (parts.Schedule.Checks.TryBegin(group) is { } running)
            {
                await running.WaitAsync(cancellationToken);
            }

            if (await TryCheckAsync(group, cancellationToken) is { } report)
            {
                return report;
            }

            // It only waited, and somebody woke the group, or the server stops.
            cancellationToken.ThrowIfCancellationRequested();
            parts.Stopping.ThrowIfCancellationRequested();
        }
    }

    private async Task<CheckReport?> TryCheckAsync(GroupId group, CancellationToken cancellationToken)
    {
        var beganAt = parts.Time.GetTimestamp();
        CheckReport? report = null;
        try
        {
            report = await CheckReadAsync(await parts.ReadAsync(group, cancellationToken));
            if (report is not null)
            {
                Tell(report, beganAt);
            }

            return report;
        }
        catch (Exception error) when (error is not (OperationCanceledException or StoreException { Kind: StoreErrorKind.NotFound }))
        {
            parts.TellBroken(group, error);
            throw;
        }
        finally
        {
            parts.Schedule.Checks.End(group, report, failedFor: report is null ? Retry.Min : null);
        }
    }

    /// <summary>Runs a check alone that the loop began.</summary>
    public Task CheckAloneAsync(GroupId group) => RunBegunAsync(group, async () =>
    {
        var record = await parts.Store.FindGroupAsync(group, parts.Abort);
        if (record is null || record.Group.Phase is GroupPhase.Archived)
        {
            return null;
        }

        if (!record.IsSpread
            && parts.Clouds.Find(record.Group.Account, record.Template.Cloud) is { Cloud.Traits.GroupFilter: false })
        {
            // Listing it alone would cost as much as listing all: its sweep comes at once instead, if it is this server's.
            return parts.Schedule.Sweeps.TryBringForward(record) ? null : await CheckReadAsync(record);
        }

        return await CheckReadAsync(record);
    });

    /// <summary>Runs a check that began, tells what came of it, and ends it.</summary>
    /// <param name="group">Which.</param>
    /// <param name="check">The check; null when there is nothing to tell.</param>
    public async Task RunBegunAsync(GroupId group, Func<Task<CheckReport?>> check)
    {
        var beganAt = parts.Time.GetTimestamp();
        CheckReport? report = null;
        TimeSpan? failedFor = null;
        try
        {
            report = await check();
            if (report is not null)
            {
                Tell(report, beganAt);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            parts.TellBroken(group, error);
            failedFor = Backoff.WithJitter(Retry.Min + Retry.Min, parts.Random);
            parts.Observer.OnFailed($"the check of group {group}", error, failedFor.Value);
        }
        catch (OperationCanceledException)
        {
            // Dropped by a stop that waited long enough; what was in flight is found again.
        }
        finally
        {
            parts.Schedule.Checks.End(group, report, failedFor);
        }
    }

    private Task<CheckReport?> CheckReadAsync(GroupRecord record)
    {
        if (!parts.Schedule.Sweeps.Place(record))
        {
            sharing.Want(new(record.Group.Account, record.Template.Cloud));
        }

        return paced.CheckAsync(record);
    }

    private void Tell(CheckReport report, long beganAt)
    {
        parts.Feed.Announce(report.Activities);
        parts.Tell(report, parts.Time.GetElapsedTime(beganAt));
    }
}
