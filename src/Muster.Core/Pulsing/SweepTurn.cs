using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>One sweep's turn in a run: it reads its groups, hears of the look, starts those that act, and records the others.</summary>
/// <remarks>
/// Between any two steps the sweep may have become another server's: then what it saw is neither acted on nor recorded, and whoever has it
/// looks anew. A sweep that fails keeps no other of its run from its own turn: what fails is told here, and no step throws.
/// </remarks>
internal sealed class SweepTurn(PulseParts parts, GroupRunner checks, PacedChecks paced, HeldSweep sweep)
{
    private readonly long _beganAt = parts.Time.GetTimestamp();

    /// <summary>Groups whose checks are this sweep's to end, and the reports of those that have nothing to do.</summary>
    private readonly Dictionary<GroupId, CheckReport?> _idle = [];

    private ImmutableArray<GroupRecord> _begun = [];
    private CloudSight? _own;
    private SweepReport? _report;
    private int _acting;
    private TimeSpan? _retryIn;

    /// <summary>Which sweep.</summary>
    public HeldSweep Sweep => sweep;

    /// <summary>Whether checks began that wait for a look.</summary>
    public bool HasBegun => !_begun.IsEmpty;

    /// <summary>Clouds beside the sweep's own where groups live whose checks began; most often none.</summary>
    public ImmutableArray<string> OtherClouds { get; private set; } = [];

    /// <summary>Every cloud where groups live whose checks began: the sweep's own first.</summary>
    public IEnumerable<string> Clouds => OtherClouds.Prepend(sweep.Key.Cloud);

    /// <summary>The groups whose checks began.</summary>
    public ImmutableArray<GroupId> Groups => [.. _begun.Select(record => record.Group.Id)];

    /// <summary>Reads its groups, and begins the checks of those that are due.</summary>
    public Task BeginAsync() => TryAsync(async () =>
    {
        var records = await parts.Store.LoadSweepAsync(sweep.Key, parts.Abort);
        _begun = parts.Schedule.RunningSweeps.Begin(sweep, records);
        OtherClouds = CloudsBeside(_begun);
        sweep.Links = CloudsBeside(records);
    });

    /// <summary>
    /// Assesses the groups that began and live on this cloud alone, and starts those that have something to do. The others wait for
    /// <see cref="OnLookedElsewhereAsync"/>.
    /// </summary>
    /// <param name="look">What is seen, of every group of this sweep at least.</param>
    /// <param name="looks">Tells of the calls that it took.</param>
    public Task OnLookedAsync(Task<CloudSight> look, RunLooks looks) => TryAsync(async () =>
    {
        _own = await look;
        var cloud = parts.Clouds.Find(sweep.Key.Account, sweep.Key.Cloud)?.Cloud;
        if (_own.Look is not { } seen || cloud is null)
        {
            OnBlind(cloud is null ? CloudSight.NotThere(sweep.Key.Cloud) : _own.Failure!);
            return;
        }

        EnsureHeld();
        foreach (var record in Keep().Where(record => !LivesElsewhere(record)))
        {
            _acting += AssessAndStart(record, GroupClouds.Of(sweep.Key.Cloud, cloud), seen) ? 1 : 0;
        }

        var instances = _begun.Sum(record => seen.Of(record.Group.Id).Length);
        _report = new(sweep.Key, _begun.Length, _acting, instances, looks.TakePages(seen), parts.Time.GetElapsedTime(_beganAt));
    });

    /// <summary>Assesses the groups that live on other clouds, too.</summary>
    /// <param name="elsewhere">What is seen there.</param>
    public Task OnLookedElsewhereAsync(Task<CloudSight[]> elsewhere) => TryAsync(async () =>
    {
        CloudSight[] sights = [.. await elsewhere, .. _own is null ? (CloudSight[])[] : [_own]];
        if (_own is null)
        {
            return;
        }

        EnsureHeld();
        foreach (var record in _begun.Where(record => LivesElsewhere(record) && _idle.ContainsKey(record.Group.Id)))
        {
            ImmutableArray<CloudSight> seen = [.. record.Clouds.Select(cloud => sights.First(sight => sight.Cloud == cloud))];
            if (seen.Any(sight => sight.Look is not null))
            {
                _acting += AssessAndStart(record, parts.CloudsOf(record), Sight.Of(seen)) ? 1 : 0;
            }
            else
            {
                _idle[record.Group.Id] = parts.Reconciler.CouldNotLook(
                    record,
                    seen.Select(sight => sight.Failure).FirstOrDefault(failure => failure is not null)
                        ?? CloudSight.NotThere(sweep.Key.Cloud));
            }
        }

        _report = _report is null ? null : _report with { Acting = _acting };
    });

    /// <summary>Keeps what there is to tell of groups that have nothing to do, and ends their checks.</summary>
    /// <param name="isLast">Whether there is nothing more to come of this sweep.</param>
    public Task RecordAsync(bool isLast) => TryAsync(async () =>
    {
        if (_report is null)
        {
            return;
        }

        var reports = _idle.Values.OfType<CheckReport>().ToList();
        if (reports.Count > 0)
        {
            parts.Feed.Announce(await parts.Store.RecordIdleAsync(
                [.. reports.Select(report => report.ToRecord())], EnsureHeld(), parts.Abort));
        }

        var duration = parts.Time.GetElapsedTime(_beganAt);
        foreach (var report in reports)
        {
            _idle.Remove(report.Group);
            parts.Tell(report, duration);
            parts.Schedule.Checks.End(report.Group, report, failedFor: null);
        }

        if (isLast)
        {
            parts.Observer.OnSwept(_report with { Duration = parts.Time.GetElapsedTime(_beganAt) });
            sweep.Failures = 0;
        }
    });

    /// <summary>It failed as a whole, and is tried again.</summary>
    private void OnFailed(Exception error)
    {
        switch (error)
        {
            case StoreException { Kind: StoreErrorKind.Fenced }:
                // Somebody took it over while this process was away; what is to be said of its groups is theirs to say.
                parts.Schedule.Sweeps.Lose(sweep.Lease);
                break;
            case OperationCanceledException when parts.Abort.IsCancellationRequested:
                // Dropped by a stop that waited long enough.
                break;
            default:
                _retryIn = Retry.After(++sweep.Failures, parts.Random);
                Keep();
                foreach (var group in _idle.Keys)
                {
                    parts.TellBroken(group, error);
                }

                parts.Observer.OnFailed($"the sweep of {sweep.Key.Cloud}", error, _retryIn.Value);
                break;
        }
    }

    /// <summary>Ends the sweep: groups whose checks it began and did not record are tried again with it.</summary>
    public void End()
    {
        Keep();
        parts.Schedule.RunningSweeps.End(sweep, _idle.Keys, _retryIn);
    }

    /// <summary>The cloud could not be looked at.</summary>
    private void OnBlind(CloudException error)
    {
        foreach (var record in Keep().Where(record => !LivesElsewhere(record)))
        {
            _idle[record.Group.Id] = parts.Reconciler.CouldNotLook(record, error);
        }

        _report = new(sweep.Key, _begun.Length, Acting: 0, Instances: 0, Pages: 0, parts.Time.GetElapsedTime(_beganAt));
    }

    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception error)
        {
            OnFailed(error);
        }
    }

    private ImmutableArray<string> CloudsBeside(ImmutableArray<GroupRecord> records) =>
        [.. records.Where(LivesElsewhere).SelectMany(record => record.Clouds).Where(cloud => cloud != sweep.Key.Cloud).Distinct()];

    private bool LivesElsewhere(GroupRecord record) => !record.LivesOnlyOn(sweep.Key.Cloud);

    /// <summary>Goes on with the groups that nobody took back, once.</summary>
    private ImmutableArray<GroupRecord> Keep()
    {
        var kept = parts.Schedule.RunningSweeps.Keep(sweep, _begun);
        foreach (var record in kept)
        {
            _idle.Add(record.Group.Id, null);
        }

        return kept;
    }

    /// <summary>Whether the group acts; then it releases itself.</summary>
    private bool AssessAndStart(GroupRecord record, GroupClouds clouds, Sight sight)
    {
        try
        {
            var assessment = parts.Reconciler.Assess(record, clouds, sight);
            if (!assessment.NeedsLease)
            {
                _idle[record.Group.Id] = parts.Reconciler.Idle(record, assessment);
                return false;
            }

            _idle.Remove(record.Group.Id);
            parts.Tasks.Run(() => checks.RunBegunAsync(
                record.Group.Id, () => paced.ActAsync(record, assessment, sight, () => EnsureHeld())));
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A bug that one group brings out must not keep the others from their level.
            _idle.Remove(record.Group.Id);
            parts.TellBroken(record.Group.Id, error);
            parts.Observer.OnFailed($"the check of group {record.Group.Id}", error, record.Group.Interval);
            parts.Schedule.Checks.End(record.Group.Id, report: null, failedFor: record.Group.Interval);
            return false;
        }
    }

    /// <summary>The lease of a sweep that nobody else can have taken.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.Unavailable"/>: it could not be renewed; or it is another's.</exception>
    private SweepLease EnsureHeld() =>
        parts.Schedule.Sweeps.SureLeaseOf(sweep)
        ?? throw new StoreException(StoreErrorKind.Unavailable, $"the lease of the sweep of {sweep.Key.Cloud} is not surely held any more");
}
