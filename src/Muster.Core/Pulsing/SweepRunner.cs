using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>Runs sweeps: one listing for every group of an account and cloud that is due.</summary>
/// <remarks>
/// Between any two steps the sweep may have become another server's: then what it saw is neither acted on nor recorded, and whoever has it
/// looks anew.
/// </remarks>
internal sealed class SweepRunner(PulseParts parts, GroupRunner checks, PacedChecks paced)
{
    /// <summary>Runs a sweep that was taken from the schedule, and ends it there.</summary>
    public async Task RunAsync(HeldSweep sweep)
    {
        var beganAt = parts.Time.GetTimestamp();
        var idle = new Dictionary<GroupId, CheckReport?>();
        TimeSpan? retryIn = null;
        ImmutableArray<GroupRecord> begun = [];
        try
        {
            begun = parts.Schedule.RunningSweeps.Begin(sweep, await parts.Store.LoadSweepAsync(sweep.Key, parts.Abort));
            if (!begun.IsEmpty)
            {
                var report = await LookAndStartAsync(sweep, begun, idle, beganAt);
                await RecordAsync(sweep, idle, beganAt);
                parts.Observer.OnSwept(report with { Duration = parts.Time.GetElapsedTime(beganAt) });
                sweep.Failures = 0;
            }
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Fenced)
        {
            // Somebody took it over while this process was away; what is to be said of its groups is theirs to say.
            parts.Schedule.Sweeps.Lose(sweep.Lease);
        }
        catch (OperationCanceledException) when (parts.Abort.IsCancellationRequested)
        {
            // Dropped by a stop that waited long enough.
        }
        catch (Exception error)
        {
            retryIn = Retry.After(++sweep.Failures, parts.Random);
            Keep(sweep, begun, idle);
            foreach (var group in idle.Keys)
            {
                parts.TellBroken(group, error);
            }

            parts.Observer.OnFailed($"the sweep of {sweep.Key.Cloud}", error, retryIn.Value);
        }
        finally
        {
            Keep(sweep, begun, idle);
            parts.Schedule.RunningSweeps.End(sweep, idle.Keys, retryIn);
        }
    }

    /// <summary>Lists, assesses every group that began, and starts those that have something to do.</summary>
    /// <param name="sweep">Which.</param>
    /// <param name="begun">The groups.</param>
    /// <param name="idle">
    /// Gets those that nobody woke meanwhile, and the reports of those that have nothing to do; loses those that act or failed, which
    /// release themselves.
    /// </param>
    /// <param name="beganAt">When the sweep began.</param>
    private async Task<SweepReport> LookAndStartAsync(
        HeldSweep sweep, ImmutableArray<GroupRecord> begun, Dictionary<GroupId, CheckReport?> idle, long beganAt)
    {
        try
        {
            var cloud = parts.CloudNamed(sweep.Key.Account, sweep.Key.Cloud);
            var line = new SweepLine(parts.Schedule.RunningSweeps, sweep, [.. begun.Select(record => record.Group.Id)]);
            var observation = await paced.LookAsync(sweep.Key, cloud, line);
            EnsureHeld(sweep);
            begun = Keep(sweep, begun, idle);
            var acting = begun.Count(record => AssessAndStart(sweep, record, cloud, observation, idle));
            return new(
                sweep.Key, begun.Length, acting, observation.InstanceCount, observation.Pages, parts.Time.GetElapsedTime(beganAt));
        }
        catch (CloudException error)
        {
            foreach (var record in Keep(sweep, begun, idle))
            {
                idle[record.Group.Id] = parts.Reconciler.CouldNotLook(record, error);
            }

            return new(sweep.Key, begun.Length, Acting: 0, Instances: 0, Pages: 0, parts.Time.GetElapsedTime(beganAt));
        }
    }

    /// <summary>Goes on with the groups that nobody took back, once.</summary>
    private ImmutableArray<GroupRecord> Keep(HeldSweep sweep, ImmutableArray<GroupRecord> begun, Dictionary<GroupId, CheckReport?> idle)
    {
        var kept = parts.Schedule.RunningSweeps.Keep(sweep, begun);
        foreach (var record in kept)
        {
            idle.Add(record.Group.Id, null);
        }

        return kept;
    }

    /// <summary>Whether the group acts.</summary>
    private bool AssessAndStart(
        HeldSweep sweep, GroupRecord record, GovernedCloud cloud, Observation observation, Dictionary<GroupId, CheckReport?> idle)
    {
        try
        {
            var assessment = parts.Reconciler.Assess(record, cloud, observation);
            if (!assessment.NeedsLease)
            {
                idle[record.Group.Id] = parts.Reconciler.Idle(record, assessment);
                return false;
            }

            idle.Remove(record.Group.Id);
            parts.Tasks.Run(() => ActAsync(sweep, record, assessment, observation));
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A bug that one group brings out must not keep the others from their level.
            idle.Remove(record.Group.Id);
            parts.TellBroken(record.Group.Id, error);
            parts.Observer.OnFailed($"the check of group {record.Group.Id}", error, record.Group.Interval);
            parts.Schedule.Checks.End(record.Group.Id, report: null, failedFor: record.Group.Interval);
            return false;
        }
    }

    /// <summary>The lease of a sweep that nobody else can have taken.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.Unavailable"/>: it could not be renewed; or it is another's.</exception>
    private SweepLease EnsureHeld(HeldSweep sweep) =>
        parts.Schedule.Sweeps.SureLeaseOf(sweep)
        ?? throw new StoreException(StoreErrorKind.Unavailable, $"the lease of the sweep of {sweep.Key.Cloud} is not surely held any more");

    private async Task RecordAsync(HeldSweep sweep, Dictionary<GroupId, CheckReport?> idle, long beganAt)
    {
        var reports = idle.Values.OfType<CheckReport>().ToList();
        if (reports.Count > 0)
        {
            parts.Feed.Announce(await parts.Store.RecordIdleAsync(
                [.. reports.Select(report => report.ToRecord())], EnsureHeld(sweep), parts.Abort));
        }

        var duration = parts.Time.GetElapsedTime(beganAt);
        foreach (var report in reports)
        {
            idle.Remove(report.Group);
            parts.Tell(report, duration);
            parts.Schedule.Checks.End(report.Group, report, failedFor: null);
        }
    }

    /// <summary>Acts for a group that a sweep began with.</summary>
    private Task ActAsync(HeldSweep sweep, GroupRecord record, Assessment assessment, Observation look) => checks.RunBegunAsync(
        record.Group.Id, () => paced.ActAsync(record, assessment, look, () => EnsureHeld(sweep)));
}
