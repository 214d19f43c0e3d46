using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Planning;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>The embedded pulse: checks every living group at its interval, and at once when something changed.</summary>
/// <remarks>
/// Groups that are due are served by sweeps, one listing for each account and cloud. A group that hurries (changed by a user,
/// hinted at by its cloud, on its way to its level) is checked alone where the cloud can list it alone, else by its sweep.
/// One group is never checked twice at once; wake-ups that arrive meanwhile melt into one more check after it.
/// </remarks>
public sealed class Pulse : IPulse, IDisposable
{
    /// <summary>Longest wait for anything: a clock that jumped must not put a group to sleep.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(1);

    private readonly IStore store;
    private readonly ICloudDirectory clouds;
    private readonly Reconciler reconciler;
    private readonly ActivityFeed feed;
    private readonly TimeProvider time;
    private readonly IRandomSource random;
    private readonly PulseOptions options;
    private readonly IPulseObserver observer;
    private readonly long startedAt;
    private readonly Alarm alarm;
    private readonly TaskTracker tasks = new();
    private readonly CancellationTokenSource abort = new();
    private readonly Lock gate = new();

    // Guarded by the gate.
    private readonly Dictionary<GroupId, GroupTicker> groups = [];
    private readonly Dictionary<SweepKey, SweepTicker> sweeps = [];
    private readonly PriorityQueue<(GroupId Group, TimeSpan At), TimeSpan> alone = new();
    private TimeSpan discoverDue;
    private bool isDiscovering;
    private int checksInFlight;
    private long checks;
    private long checksLate;
    private long sweepsDone;
    private DateTimeOffset? lastSweepAt;
    private CancellationToken stopping;

    /// <summary>A pulse that rests until <see cref="RunAsync"/>.</summary>
    public Pulse(
        IStore store,
        ICloudDirectory clouds,
        Reconciler reconciler,
        ActivityFeed feed,
        TimeProvider time,
        IRandomSource random,
        PulseOptions options,
        IPulseObserver observer)
    {
        this.store = store;
        this.clouds = clouds;
        this.reconciler = reconciler;
        this.feed = feed;
        this.time = time;
        this.random = random;
        this.options = options;
        this.observer = observer;
        startedAt = time.GetTimestamp();
        alarm = new(time);
    }

    /// <inheritdoc/>
    public PulseStatus Status
    {
        get
        {
            lock (gate)
            {
                return new()
                {
                    Groups = groups.Count,
                    ChecksInFlight = checksInFlight,
                    Checks = checks,
                    ChecksLate = checksLate,
                    Sweeps = sweepsDone,
                    LastSweepAt = lastSweepAt,
                    Clouds = [.. clouds.Entries.Select(entry => entry.Cloud.Governor.Figures)],
                };
            }
        }
    }

    /// <summary>Time since the pulse was made: monotonic, so that no clock jump moves what is due.</summary>
    private TimeSpan Now => time.GetElapsedTime(startedAt);

    /// <summary>Beats until <paramref name="stopping"/>; then finishes what is in flight and returns.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        this.stopping = stopping;
        using var registration = stopping.Register(alarm.Ring);
        foreach (var entry in clouds.Entries.Where(entry => entry.Cloud.Traits.Watches))
        {
            tasks.Run(() => WatchAsync(entry));
        }

        while (!stopping.IsCancellationRequested)
        {
            await alarm.WaitAsync(StartWhatIsDue());
        }

        using var patience = new CancellationTokenSource(options.StopTimeout, time);
        using var drop = patience.Token.Register(abort.Cancel);
        await tasks.WhenIdleAsync();
    }

    /// <inheritdoc/>
    public void Wake(GroupId group)
    {
        lock (gate)
        {
            var ticker = Ticker_NeedsGate(group);
            if (ticker.Running is not null)
            {
                ticker.WakeAgain = true;
                return;
            }

            Hurry_NeedsGate(ticker, ticker.EndedAt == TimeSpan.MinValue ? Now : Max(Now, ticker.EndedAt + options.WakeGap));
        }

        alarm.Ring();
    }

    /// <inheritdoc/>
    public async Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task running;
            lock (gate)
            {
                var ticker = Ticker_NeedsGate(group);
                if (ticker.Running is null)
                {
                    Claim_NeedsGate(ticker);
                    break;
                }

                running = ticker.Running.Task;
            }

            await running.WaitAsync(cancellationToken);
        }

        var beganAt = time.GetTimestamp();
        CheckReport? report = null;
        try
        {
            var record = await ReadAsync(group, cancellationToken);
            report = await CheckAloneAsync(record, CloudOf(record));
            feed.Announce(report.Activities);
            observer.OnChecked(report, time.GetElapsedTime(beganAt));
            return report;
        }
        finally
        {
            Release(group, report, failedFor: report is null ? RetryMin : null);
        }
    }

    /// <inheritdoc/>
    public async Task<Plan> PlanAsync(GroupId group, CancellationToken cancellationToken)
    {
        var record = await ReadAsync(group, cancellationToken);
        var cloud = CloudOf(record);
        return reconciler.Assess(record, cloud, await reconciler.ObserveAsync(record, cloud, cancellationToken)).Plan;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        alarm.Dispose();
        abort.Dispose();
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>Starts every sweep and lone check that is due; returns how long until the next one.</summary>
    private TimeSpan StartWhatIsDue()
    {
        var start = new List<Func<Task>>();
        TimeSpan next;
        lock (gate)
        {
            var now = Now;
            if (now >= discoverDue && !isDiscovering)
            {
                isDiscovering = true;
                start.Add(DiscoverAsync);
            }

            foreach (var sweep in sweeps.Values.Where(sweep => !sweep.IsRunning && sweep.Due <= now))
            {
                sweep.IsRunning = true;
                start.Add(() => SweepAsync(sweep));
            }

            while (alone.TryPeek(out var item, out var at) && at <= now)
            {
                alone.Dequeue();
                if (groups.TryGetValue(item.Group, out var ticker) && ticker.AloneAt == item.At && ticker.Running is null)
                {
                    Claim_NeedsGate(ticker);
                    start.Add(() => CheckClaimedAsync(ticker.Group));
                }
            }

            next = isDiscovering ? WaitMax : discoverDue - now;
            foreach (var sweep in sweeps.Values.Where(sweep => !sweep.IsRunning))
            {
                next = sweep.Due - now < next ? sweep.Due - now : next;
            }

            if (alone.TryPeek(out _, out var aloneNext) && aloneNext - now < next)
            {
                next = aloneNext - now;
            }
        }

        start.ForEach(tasks.Run);
        return next;
    }

    /// <summary>Finds accounts and clouds that have groups.</summary>
    private async Task DiscoverAsync()
    {
        var wait = options.DiscoverInterval;
        try
        {
            var shares = await store.ListSweepsAsync(abort.Token);
            lock (gate)
            {
                foreach (var share in shares)
                {
                    Sweep_NeedsGate(share.Sweep, due: Now);
                }
            }
        }
        catch (StoreException error)
        {
            wait = RetryMin;
            observer.OnFailed("reading what there is to keep", error, wait);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // Dropped by a stop that waited long enough.
        }
        finally
        {
            lock (gate)
            {
                isDiscovering = false;
                discoverDue = Now + wait;
            }

            alarm.Ring();
        }
    }

    /// <summary>One listing for every group of an account and cloud that is due.</summary>
    private async Task SweepAsync(SweepTicker sweep)
    {
        var beganAt = time.GetTimestamp();
        var idle = new Dictionary<GroupId, CheckReport?>();
        TimeSpan? retryIn = null;
        try
        {
            var claimed = ClaimDue(sweep, await store.LoadSweepAsync(sweep.Key, abort.Token));
            foreach (var record in claimed)
            {
                idle.Add(record.Group.Id, null);
            }

            if (!claimed.IsEmpty)
            {
                var report = await LookAndStartAsync(sweep, claimed, idle, beganAt);
                await RecordAsync(idle, beganAt);
                observer.OnSwept(report with { Duration = time.GetElapsedTime(beganAt) });
                sweep.Failures = 0;
            }
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // Dropped by a stop that waited long enough.
        }
        catch (Exception error)
        {
            sweep.Failures++;
            retryIn = Backoff.WithJitter(Backoff.Delay(sweep.Failures, RetryMin, RetryMax), random);
            observer.OnFailed($"the sweep of {sweep.Key.Cloud}", error, retryIn.Value);
        }
        finally
        {
            EndSweep(sweep, idle.Keys, retryIn);
        }
    }

    /// <summary>Lists, assesses every claimed group, and starts those that have something to do.</summary>
    /// <param name="sweep">Which.</param>
    /// <param name="claimed">The groups.</param>
    /// <param name="idle">Gets the reports of those that have nothing to do; loses those that act or failed, which release themselves.</param>
    /// <param name="beganAt">When the sweep began.</param>
    private async Task<SweepReport> LookAndStartAsync(
        SweepTicker sweep, ImmutableArray<GroupRecord> claimed, Dictionary<GroupId, CheckReport?> idle, long beganAt)
    {
        var acting = 0;
        try
        {
            var cloud = CloudNamed(sweep.Key.Cloud);
            var observation = await Observation.MakeAsync(cloud, new(store.Installation, sweep.Key.Account), time, abort.Token);
            foreach (var record in claimed)
            {
                try
                {
                    var assessment = reconciler.Assess(record, cloud, observation);
                    if (!assessment.NeedsLease)
                    {
                        idle[record.Group.Id] = reconciler.Idle(record, assessment);
                        continue;
                    }

                    acting++;
                    idle.Remove(record.Group.Id);
                    tasks.Run(() => ActClaimedAsync(sweep, record, assessment));
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    // A bug that one group brings out must not keep the others from their level.
                    idle.Remove(record.Group.Id);
                    observer.OnFailed($"the check of group {record.Group.Id}", error, record.Group.Interval);
                    Release(record.Group.Id, report: null, failedFor: record.Group.Interval);
                }
            }

            return new(sweep.Key, claimed.Length, acting, observation.InstanceCount, observation.Pages, time.GetElapsedTime(beganAt));
        }
        catch (CloudException error)
        {
            foreach (var record in claimed)
            {
                idle[record.Group.Id] = reconciler.CouldNotLook(record, error);
            }

            return new(sweep.Key, claimed.Length, Acting: 0, Instances: 0, Pages: 0, time.GetElapsedTime(beganAt));
        }
    }

    /// <summary>Claims the groups that this sweep checks: those that are due, or nearly.</summary>
    private ImmutableArray<GroupRecord> ClaimDue(SweepTicker sweep, ImmutableArray<GroupRecord> records)
    {
        lock (gate)
        {
            var now = Now;
            Forget_NeedsGate(sweep.Key, records);
            var claimed = ImmutableArray.CreateBuilder<GroupRecord>();
            foreach (var record in records)
            {
                var ticker = Ticker_NeedsGate(record.Group.Id);
                ticker.Sweep = sweep.Key;
                ticker.Interval = record.Group.Interval;

                // A group that is nearly due comes along: one listing serves all, and their beats grow together. So does one that
                // waits because the cloud could not be looked at: this look finds out for it, too.
                if (ticker.Running is null && (ticker.IsBlind || ticker.Due <= now + (record.Group.Interval / 4)))
                {
                    if (ticker.EndedAt != TimeSpan.MinValue && now > ticker.Due + Lateness(record.Group))
                    {
                        checksLate++;
                    }

                    Claim_NeedsGate(ticker);
                    claimed.Add(record);
                }
            }

            return claimed.DrainToImmutable();
        }
    }

    /// <summary>A check is late when it starts more than a tenth of its interval, and at least a second, after it is due.</summary>
    private static TimeSpan Lateness(Group group) => Max(TimeSpan.FromSeconds(1), group.Interval / 10);

    /// <summary>Drops groups that the store no longer lists here: archived, or moved to another cloud.</summary>
    private void Forget_NeedsGate(SweepKey key, ImmutableArray<GroupRecord> records)
    {
        var listed = records.Select(record => record.Group.Id).ToHashSet();
        var gone = groups.Values.Where(ticker => ticker.Sweep == key && ticker.Running is null && !listed.Contains(ticker.Group)).ToList();
        gone.ForEach(ticker => groups.Remove(ticker.Group));
    }

    private async Task RecordAsync(Dictionary<GroupId, CheckReport?> idle, long beganAt)
    {
        var reports = idle.Values.OfType<CheckReport>().ToList();
        if (reports.Count > 0)
        {
            feed.Announce(await store.RecordIdleAsync([.. reports.Select(report => report.ToRecord())], sweep: null, abort.Token));
        }

        var duration = time.GetElapsedTime(beganAt);
        foreach (var report in reports)
        {
            idle.Remove(report.Group);
            Release(report.Group, report, failedFor: null);
            observer.OnChecked(report, duration);
        }
    }

    /// <summary>Ends a sweep; groups that it still holds were not recorded, and are tried again with it.</summary>
    private void EndSweep(SweepTicker sweep, IEnumerable<GroupId> held, TimeSpan? retryIn)
    {
        lock (gate)
        {
            sweep.IsRunning = false;
            sweepsDone++;
            lastSweepAt = time.GetUtcNow();
            foreach (var group in held)
            {
                var ticker = Ticker_NeedsGate(group);
                ticker.Due = Now;
                Release_NeedsGate(ticker, hurryAt: null);
            }

            if (retryIn is { } wait)
            {
                sweep.Due = Now + wait;
            }
            else
            {
                var dues = groups.Values.Where(ticker => ticker.Sweep == sweep.Key).Select(ticker => ticker.Due).DefaultIfEmpty(TimeSpan.MaxValue);
                sweep.Due = dues.Min();
                if (sweep.Due == TimeSpan.MaxValue)
                {
                    sweeps.Remove(sweep.Key);
                }
            }
        }

        alarm.Ring();
    }

    /// <summary>Acts for a group that a sweep claimed.</summary>
    private async Task ActClaimedAsync(SweepTicker sweep, GroupRecord record, Assessment assessment)
    {
        var cloud = CloudNamed(sweep.Key.Cloud).For(record.Group.Id);
        await RunClaimedAsync(record.Group.Id, async () =>
        {
            var waits = sweep.Acting.CurrentCount == 0;
            await sweep.Acting.WaitAsync();
            try
            {
                // After a wait the look is old: a whole check makes a new one.
                return stopping.IsCancellationRequested ? null
                    : waits ? await reconciler.CheckAsync(await ReadAsync(record.Group.Id, abort.Token), cloud, stopping, abort.Token)
                    : await reconciler.ActAsync(record, assessment, cloud, stopping, abort.Token);
            }
            finally
            {
                sweep.Acting.Release();
            }
        });
    }

    /// <summary>Checks a claimed group alone.</summary>
    private Task CheckClaimedAsync(GroupId group) => RunClaimedAsync(group, async () =>
    {
        var record = await store.FindGroupAsync(group, abort.Token);
        if (record is null || record.Group.Phase is GroupPhase.Archived)
        {
            return null;
        }

        if (clouds.Find(record.Template.Cloud) is { Cloud.Traits.GroupFilter: false })
        {
            // Listing it alone would cost as much as listing all: its sweep comes at once instead.
            BringSweepForward(record);
            return null;
        }

        return await CheckAloneAsync(record, CloudOf(record));
    });

    private async Task RunClaimedAsync(GroupId group, Func<Task<CheckReport?>> check)
    {
        var beganAt = time.GetTimestamp();
        CheckReport? report = null;
        TimeSpan? failedFor = null;
        try
        {
            report = await check();
            if (report is not null)
            {
                feed.Announce(report.Activities);
                observer.OnChecked(report, time.GetElapsedTime(beganAt));
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            failedFor = Backoff.WithJitter(RetryMin + RetryMin, random);
            observer.OnFailed($"the check of group {group}", error, failedFor.Value);
        }
        catch (OperationCanceledException)
        {
            // Dropped by a stop that waited long enough; what was in flight is found again.
        }
        finally
        {
            Release(group, report, failedFor);
        }
    }

    private async Task<CheckReport> CheckAloneAsync(GroupRecord record, GovernedCloud cloud)
    {
        lock (gate)
        {
            var key = new SweepKey(record.Group.Account, record.Template.Cloud);
            var ticker = Ticker_NeedsGate(record.Group.Id);
            ticker.Sweep = key;
            ticker.Interval = record.Group.Interval;
            Sweep_NeedsGate(key, due: Now + record.Group.Interval);
        }

        return await reconciler.CheckAsync(record, cloud, stopping, abort.Token);
    }

    private void BringSweepForward(GroupRecord record)
    {
        lock (gate)
        {
            var key = new SweepKey(record.Group.Account, record.Template.Cloud);
            var ticker = Ticker_NeedsGate(record.Group.Id);
            ticker.Sweep = key;
            ticker.Due = Now;
            Sweep_NeedsGate(key, due: Now);
        }
    }

    private void Release(GroupId group, CheckReport? report, TimeSpan? failedFor)
    {
        lock (gate)
        {
            if (!groups.TryGetValue(group, out var ticker) || ticker.Running is null)
            {
                return;
            }

            if (report is null)
            {
                if (failedFor is { } wait)
                {
                    ticker.Due = Max(ticker.Due, Now + wait);
                    Release_NeedsGate(ticker, Now + wait);
                }
                else
                {
                    Release_NeedsGate(ticker, hurryAt: null);
                }
            }
            else if (report.ArchivedAt is not null)
            {
                Release_NeedsGate(ticker, hurryAt: null);
                groups.Remove(group);
            }
            else
            {
                checks++;
                Schedule_NeedsGate(ticker, report);
            }
        }

        alarm.Ring();
    }

    /// <summary>When a group is next looked at, by how the check ended.</summary>
    private void Schedule_NeedsGate(GroupTicker ticker, CheckReport report)
    {
        var interval = report.Interval;
        ticker.IsBlind = report.Plan is null;

        // A tenth either way, so that groups made together spread out.
        ticker.Due = Now + (interval * (0.9 + (random.NextUnit() / 5)));
        ticker.FollowUps = report.IsUnsettled && report.Outcome is not CheckOutcome.Acted ? ticker.FollowUps + 1 : 0;
        TimeSpan? hurry = report.IsUnsettled ? Backoff.Delay(ticker.FollowUps + 1, options.FollowUpMin, interval) : null;

        // Whoever yielded knows nothing of when: the state it read may be long past, and whoever acts there will tell.
        if (report.Outcome is not CheckOutcome.Yielded && report.State.NextAttemptAt is { } attemptAt)
        {
            var wait = Max(attemptAt - time.GetUtcNow(), TimeSpan.Zero);
            if (report.Plan is null)
            {
                // The cloud cannot be looked at: one sweep finds out for all its groups when that is over.
                ticker.Due = Now + (wait < WaitMax ? wait : WaitMax);
                hurry = null;
            }
            else
            {
                hurry = hurry is { } followUp && followUp < wait && !report.State.Breaker.IsOpen && report.Outcome is not CheckOutcome.Failed ? followUp : wait;
            }
        }

        Release_NeedsGate(ticker, hurry is { } soon ? Now + (soon < WaitMax ? soon : WaitMax) : null);
    }

    private void Claim_NeedsGate(GroupTicker ticker)
    {
        ticker.Running = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ticker.Due = Now + ticker.Interval;
        ticker.AloneAt = null;
        ticker.WakeAgain = false;
        checksInFlight++;
    }

    private void Release_NeedsGate(GroupTicker ticker, TimeSpan? hurryAt)
    {
        if (ticker.Running is not { } running)
        {
            return;
        }

        ticker.Running = null;
        ticker.EndedAt = Now;
        checksInFlight--;
        var wakeAt = ticker.WakeAgain ? Now + options.WakeGap : (TimeSpan?)null;
        if (wakeAt is not null || hurryAt is not null)
        {
            Hurry_NeedsGate(ticker, wakeAt is { } wake && (hurryAt is null || wake < hurryAt) ? wake : hurryAt!.Value);
        }

        running.SetResult();
    }

    private void Hurry_NeedsGate(GroupTicker ticker, TimeSpan at)
    {
        if (ticker.AloneAt is { } planned && planned <= at)
        {
            return;
        }

        ticker.AloneAt = at;
        alone.Enqueue((ticker.Group, at), at);
    }

    private GroupTicker Ticker_NeedsGate(GroupId group) =>
        groups.TryGetValue(group, out var ticker) ? ticker : groups[group] = new(group);

    private void Sweep_NeedsGate(SweepKey key, TimeSpan due)
    {
        if (!sweeps.TryGetValue(key, out var sweep))
        {
            sweeps.Add(key, new(key, options.ActingMax) { Due = due });
        }
        else if (due < sweep.Due && groups.Values.Any(ticker => ticker.Sweep == key && ticker.Due <= due))
        {
            sweep.Due = due;
        }
    }

    /// <summary>Listens to a cloud's hints until the stop.</summary>
    private async Task WatchAsync(CloudEntry entry)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in entry.Cloud.WatchAsync(store.Installation, stopping))
                {
                    failures = 0;
                    if (change.Group is { } group)
                    {
                        Wake(group);
                    }
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (CloudException error)
            {
                var wait = Backoff.WithJitter(Backoff.Delay(++failures, RetryMin, RetryMax), random);
                observer.OnFailed($"watching {entry.Name}", error, wait);
                await Task.Delay(wait, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

                // Hints were lost meanwhile: everything on this cloud is looked at.
                WakeAll(entry.Name);
            }
        }
    }

    private void WakeAll(string cloud)
    {
        lock (gate)
        {
            foreach (var ticker in groups.Values.Where(ticker => ticker.Sweep?.Cloud == cloud))
            {
                ticker.Due = Now;
            }

            foreach (var sweep in sweeps.Values.Where(sweep => sweep.Key.Cloud == cloud))
            {
                sweep.Due = Now;
            }
        }

        alarm.Ring();
    }

    private async Task<GroupRecord> ReadAsync(GroupId group, CancellationToken cancellationToken) =>
        await store.FindGroupAsync(group, cancellationToken) is { Group.Phase: not GroupPhase.Archived } record
            ? record
            : throw new StoreException(StoreErrorKind.NotFound, $"there is no living group {group}");

    private GovernedCloud CloudOf(GroupRecord record) => CloudNamed(record.Template.Cloud).For(record.Group.Id);

    private GovernedCloud CloudNamed(string name) =>
        clouds.Find(name)?.Cloud
        ?? throw new CloudException(CloudErrorKind.Unavailable, $"no cloud '{name}' is configured here");
}
