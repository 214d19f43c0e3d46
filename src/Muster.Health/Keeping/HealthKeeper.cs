using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Health.Probes;

namespace Muster.Health.Keeping;

/// <summary>
/// Probes the instances that looks show, and writes what it finds beside their groups: one a server.
/// </summary>
/// <remarks>
/// Which instances there are it knows from the looks that checks make anyway (<see cref="ISightings"/>): a group whose looks are made by
/// another server is probed there. One loop starts what is due, probes and writes alike; what they come to is taken in under one gate.
/// Nothing is remembered but what is written: a server that starts reads from the notes what was found, and goes on. How busy instances
/// are, where probes read it, is remembered and never written: it would be a write for each probe, of what is worth nothing a minute later.
/// </remarks>
public sealed class HealthKeeper : ISightings, IProbeFigures, ILoads, IDisposable
{
    private static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(1);

    // Probes that are due so close to each other are begun together: the loop wakes at most 200 times a second.
    private static readonly TimeSpan WaitMin = TimeSpan.FromMilliseconds(5);

    // How often it is looked for groups that nobody sees any more.
    private static readonly TimeSpan TidyEvery = TimeSpan.FromSeconds(10);

    // So many intervals a figure stands that no further probe brought.
    private const int LoadIntervals = 3;

    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(1);

    private readonly IMemberStore _store;
    private readonly IProber _prober;
    private readonly Action<GroupId> _wake;
    private readonly TimeProvider _timeProvider;
    private readonly IRandomSource _random;
    private readonly HealthOptions _options;
    private readonly IHealthObserver _observer;
    private readonly HealthAlarm _alarm;
    private readonly CancellationTokenSource _drop = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _madeAt;

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<GroupId, KeptGroup> _groups = [];
    private readonly PriorityQueue<KeptInstance, TimeSpan> _due = new();
    private readonly PriorityQueue<KeptGroup, TimeSpan> _writes = new();
    private readonly PriorityQueue<KeptGroup, TimeSpan> _silences = new();
    private readonly Ear _ear;
    private readonly SightingReader _reader;
    private TimeSpan _tidyAt = TimeSpan.MaxValue;
    private TimeSpan _wakesAt;
    private TimeSpan _plannedAt;
    private int _probing;
    private int _writing;
    private bool _isStopping;
    private int _targets;
    private long _made;
    private long _failed;
    private long _notMade;
    private long _late;
    private long _writesFailed;
    private readonly long[] _byReason = new long[Enum.GetValues<ProbeReason>().Length];

    /// <summary>A keeper that probes nobody until <see cref="RunAsync"/>.</summary>
    /// <param name="store">Where findings are written.</param>
    /// <param name="prober">Asks.</param>
    /// <param name="wake">Has a group checked at once.</param>
    /// <param name="timeProvider">The store's clock.</param>
    /// <param name="random">For jitter.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="observer">Hears what they come to.</param>
    public HealthKeeper(
        IMemberStore store, IProber prober, Action<GroupId> wake, TimeProvider timeProvider, IRandomSource random, HealthOptions options,
        IHealthObserver observer)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        (_store, _prober, _wake, _timeProvider, _random) = (store, prober, wake, timeProvider, random);
        (_options, _observer) = (options, observer);
        _alarm = new(timeProvider);
        _madeAt = timeProvider.GetTimestamp();
        _reader = new(Begin_NeedsGate, End_NeedsGate, Pend_NeedsGate);
        _ear = new(timeProvider);
    }

    /// <inheritdoc/>
    public event Action<TimeSpan>? Began;

    /// <inheritdoc/>
    public ProbeFigures Figures
    {
        get
        {
            lock (_gate)
            {
                var findings = new int[FindingCounts.Length];
                foreach (var counts in _groups.Values.SelectMany(group => group.Findings.Values))
                {
                    counts.AddTo(findings);
                }

                return new(_targets, _probing, _made, _failed, _notMade, _late, _prober.Connections, _writesFailed)
                {
                    ByReason = [.. _byReason],
                    Findings = [.. findings],
                };
            }
        }
    }

    private TimeSpan Now => _timeProvider.GetElapsedTime(_madeAt);

    /// <inheritdoc/>
    public void Saw(
        GroupRecord record, string cloud, ImmutableArray<Instance> instances, DateTimeOffset lookedAt, TimeSpan listingLagMax)
    {
        ArgumentNullException.ThrowIfNull(record);
        try
        {
            lock (_gate)
            {
                if (_isStopping)
                {
                    return;
                }

                var id = record.Group.Id;
                if (!_groups.TryGetValue(id, out var group))
                {
                    _groups.Add(id, group = new(id));
                }

                _reader.Read(group, new(record, cloud, instances, lookedAt, listingLagMax), Now, _timeProvider.GetUtcNow());
                Await_NeedsGate(group);
                Forget_NeedsGate(group);
                _tidyAt = _groups.Count == 0 ? TimeSpan.MaxValue : _tidyAt == TimeSpan.MaxValue ? Now + TidyEvery : _tidyAt;
                RingFor_NeedsGate(_tidyAt);
            }
        }
        catch (Exception error)
        {
            // Nobody's check fails for what its probes make of it.
            _observer.OnBroken($"what a look at group {record.Group.Name} shows", error);
        }
    }

    /// <summary>
    /// Something that was said of instances could not be kept: no silence before now means anything.
    /// </summary>
    /// <param name="account">Whose instances; null where nobody knows.</param>
    public void Missed(AccountId? account)
    {
        lock (_gate)
        {
            _ear.Missed(account);
        }
    }

    /// <inheritdoc/>
    public ImmutableArray<InstanceLoad> Of(GroupId group, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!_groups.TryGetValue(group, out var kept) || kept.Plan is not { Check: { BusyHeader: not null } check })
            {
                return [];
            }

            var oldest = now - (LoadIntervals * check.Interval);
            return
            [
                .. kept.Parts.SelectMany(part => part.Value.Instances.Values)
                    .Where(instance => instance.Load is not null && instance.LoadAt >= oldest)
                    .Select(instance => new InstanceLoad(instance.Cloud, instance.Id, instance.Load!.Value, Reports.Probe)),
            ];
        }
    }

    /// <summary>Probes until <paramref name="stopping"/>; then drops what is in flight, and writes what is not written yet.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ring = stopping.Register(_alarm.Ring);
        while (!stopping.IsCancellationRequested)
        {
            await _alarm.WaitAsync(StartWhatIsDue());
        }

        lock (_gate)
        {
            _isStopping = true;
            foreach (var group in _groups.Values)
            {
                // Whoever listens next notes it, when it has listened for long enough.
                group.HasSilence = false;
            }

            SetIdle_NeedsGate();
        }

        await _drop.CancelAsync();
        await _idle.Task;
        await Parallel.ForEachAsync(
            _groups.Values.Where(group => group.HasPending).ToList(),
            new ParallelOptions { MaxDegreeOfParallelism = _options.WritesMax },
            async (group, _) => await WriteLastAsync(group));
        foreach (var instance in _groups.Values.SelectMany(group => group.Parts.Values).SelectMany(part => part.Instances.Values))
        {
            instance.Target.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _alarm.Dispose();
        _drop.Dispose();
    }

    /// <summary>Starts every probe and write that is due and has a place; returns how long until the next.</summary>
    private TimeSpan StartWhatIsDue()
    {
        List<KeptInstance> probes = [];
        List<(KeptGroup Group, ImmutableArray<NoteChange> Changes)> writes = [];
        TimeSpan wait;
        lock (_gate)
        {
            var now = Now;
            _ear.Listen(now - _plannedAt);
            ListenFor_NeedsGate(now);
            while (_probing < _options.ProbesMax && _due.TryPeek(out var instance, out var due) && due <= now)
            {
                _due.Dequeue();
                if (!instance.IsOver)
                {
                    instance.IsProbed = true;
                    _probing++;
                    _late += now - due > LateAfter ? 1 : 0;
                    Began?.Invoke(now - due);
                    probes.Add(instance);
                }
            }

            while (_writing < _options.WritesMax && _writes.TryPeek(out var group, out var due) && due <= now)
            {
                _writes.Dequeue();
                group.IsInLine = false;
                if (!group.IsOver && group.HasPending)
                {
                    var changes = TakeFrom_NeedsGate(group);
                    if (changes.IsEmpty)
                    {
                        // A look has shown newer heartbeats meanwhile.
                        Await_NeedsGate(group);
                        continue;
                    }

                    group.IsWritten = true;
                    group.NextWriteAt = now + _options.WriteEvery;
                    _writing++;
                    writes.Add((group, changes));
                }
            }

            if (_tidyAt <= now)
            {
                Tidy_NeedsGate(now);
            }

            _wakesAt = NextDue_NeedsGate();
            wait = _wakesAt == TimeSpan.MaxValue ? TimerSpan.Longest : _wakesAt - now > WaitMin ? _wakesAt - now : WaitMin;
            _plannedAt = now + wait;
        }

        foreach (var instance in probes)
        {
            _ = ProbeAsync(instance);
        }

        foreach (var (group, changes) in writes)
        {
            _ = WriteAsync(group, changes);
        }

        return wait;
    }

    /// <summary>When the loop has something to start. What waits for a place is started when a place comes free.</summary>
    private TimeSpan NextDue_NeedsGate()
    {
        var next = _tidyAt;
        if (_probing < _options.ProbesMax && _due.TryPeek(out _, out var probe) && probe < next)
        {
            next = probe;
        }

        next = _writing < _options.WritesMax && _writes.TryPeek(out _, out var write) && write < next ? write : next;
        return _silences.TryPeek(out _, out var silence) && silence < next ? silence : next;
    }

    /// <summary>Has the loop come back when the next of a group's heartbeats will have stopped, unless it comes.</summary>
    private void Await_NeedsGate(KeptGroup group)
    {
        if (!group.HasSilence && group.Beats.NextEnd(_ear.From(group.Account)) is { } end)
        {
            var (now, left) = (Now, end - _timeProvider.GetUtcNow());
            var due = left > TimeSpan.Zero ? now + left : now;
            if (!(group.SilenceAt <= due))
            {
                group.SilenceAt = due;
                _silences.Enqueue(group, due);
                RingFor_NeedsGate(due);
            }
        }
    }

    /// <summary>Has it noted which heartbeats have stopped by now.</summary>
    private void ListenFor_NeedsGate(TimeSpan now)
    {
        while (_silences.TryPeek(out var group, out var due) && due <= now)
        {
            _silences.Dequeue();
            if (group.IsOver || group.SilenceAt != due)
            {
                continue;
            }

            group.SilenceAt = null;
            group.HasSilence = group.Beats.NextEnd(_ear.From(group.Account)) <= _timeProvider.GetUtcNow();
            Line_NeedsGate(group);
            Await_NeedsGate(group);
        }
    }

    /// <summary>What is to be written next: which heartbeats have stopped, and what was found.</summary>
    private ImmutableArray<NoteChange> TakeFrom_NeedsGate(KeptGroup group)
    {
        var ended = group.HasSilence
            ? group.Beats.Ended(new(_ear.From(group.Account), _timeProvider.GetUtcNow()), _options.WriteMax)
            : [];
        group.HasSilence = false;
        return ended.AddRange(group.Take(_options.WriteMax - ended.Length));
    }

    /// <summary>What is said now of those whose silence was noted: newer words than were known may have come meanwhile.</summary>
    private static void Hear_NeedsGate(KeptGroup group, ImmutableArray<NoteChange> changes, ImmutableArray<MemberNote> notes)
    {
        foreach (var change in changes.Where(change => change.Listened is not null))
        {
            var note = notes.FirstOrDefault(note => note.Cloud == change.Cloud && note.Instance == change.Instance);
            group.Wakes |= group.Beats.IsNews(note);
            group.Beats.Know(change.Cloud, change.Instance, note);
        }
    }

    private void RingFor_NeedsGate(TimeSpan due)
    {
        if (due < _wakesAt)
        {
            _wakesAt = due;

            // It may be due for long, and have waited for a place: then the loop is to come now, and is not late before that.
            var now = Now;
            _plannedAt = Earlier(_plannedAt, due > now ? due : now);
            _alarm.Ring();
        }
    }

    /// <summary>One probe, from its start to what follows from it. Owned by the count of those in flight.</summary>
    private async Task ProbeAsync(KeptInstance instance)
    {
        ProbeResult? result = null;
        try
        {
            result = await _prober.ProbeAsync(instance.Target, _drop.Token);
        }
        catch (OperationCanceledException) when (_drop.IsCancellationRequested)
        {
            // Nothing follows from it.
        }
        catch (Exception error)
        {
            result = ProbeResult.Unknown("this server could not ask it");
            _observer.OnBroken($"a probe of instance {instance.Id}", error);
        }

        string? name = null;
        lock (_gate)
        {
            _probing--;
            instance.IsProbed = false;
            if (result is { } ended)
            {
                _made += ended.Verdict is Verdict.Unknown ? 0 : 1;
                _failed += ended.Verdict is Verdict.Unhealthy ? 1 : 0;
                _notMade += ended.Verdict is Verdict.Unknown ? 1 : 0;
                if (ended.Verdict is not Verdict.Healthy)
                {
                    _byReason[(int)ended.Reason]++;
                }

                (instance.Load, instance.LoadAt) = ended.Load is null && ended.Verdict is not Verdict.Healthy
                    ? (instance.Load, instance.LoadAt)
                    : (ended.Load, _timeProvider.GetUtcNow());
                name = instance.IsOver || _isStopping ? null : Take_NeedsGate(instance, ended);
            }

            if (instance.IsOver)
            {
                instance.Target.Dispose();
            }
            else
            {
                var check = instance.Target.Plan.Check;
                instance.Due = Slots.After(instance.Due, Now, check.Interval, instance.Place);
                _due.Enqueue(instance, instance.Due);
            }

            // Also where one waits for the place that came free.
            RingFor_NeedsGate(NextDue_NeedsGate());
            SetIdle_NeedsGate();
        }

        if (name is not null)
        {
            _observer.OnVerdict(name, instance.Id, result!.Value.Verdict, result.Value.Why);
        }
    }

    /// <summary>Takes in what a probe came to, and says what is new. Returns the group's name where the verdict is another.</summary>
    private string? Take_NeedsGate(KeptInstance instance, ProbeResult result)
    {
        var (group, check, now) = (instance.Group, instance.Target.Plan.Check, _timeProvider.GetUtcNow());
        instance.Streak = instance.Streak.After(result.Verdict, isInGrace: now < instance.GraceUntil);
        if (instance.Streak.Conclusion(check) is not { } verdict)
        {
            return null;
        }

        var isNew = instance.Said?.At(now) != verdict;
        if (!isNew && !ProbeFindings.MustBeSaidAgain(instance.Said!, check, now))
        {
            return null;
        }

        instance.Said = ProbeFindings.Make(check, verdict, result.Why, now);
        group.Wakes |= isNew;
        Pend_NeedsGate(group, new(instance.Cloud, instance.Id) { Finding = instance.Said });
        return isNew ? group.Name : null;
    }

    /// <summary>Has an instance probed from now on.</summary>
    private void Begin_NeedsGate(KeptInstance instance)
    {
        _targets++;
        _due.Enqueue(instance, instance.Due);
        RingFor_NeedsGate(instance.Due);
    }

    /// <summary>Has an instance probed no more.</summary>
    private void End_NeedsGate(KeptInstance instance)
    {
        _targets--;
        instance.IsOver = true;
        instance.Group.Unsay(instance.Cloud, instance.Id);
        if (!instance.IsProbed)
        {
            instance.Target.Dispose();
        }
    }

    private void Pend_NeedsGate(KeptGroup group, NoteChange change)
    {
        group.Pend(change);
        Line_NeedsGate(group);
    }

    /// <summary>Puts a group into the line of those that wait for a write, if it has to.</summary>
    private void Line_NeedsGate(KeptGroup group)
    {
        if (group.HasPending && !group.IsWritten && !group.IsInLine && !group.IsOver)
        {
            group.IsInLine = true;
            var due = group.NextWriteAt > Now ? group.NextWriteAt : Now;
            _writes.Enqueue(group, due);
            RingFor_NeedsGate(due);
        }
    }

    /// <summary>One write, from its start to what follows from it. Owned by the count of those in flight.</summary>
    private async Task WriteAsync(KeptGroup group, ImmutableArray<NoteChange> changes)
    {
        Exception? failure = null;
        var isGone = false;
        ImmutableArray<MemberNote> notes = [];
        try
        {
            notes = await _store.NoteAsync(group.Id, changes, activity: null, CancellationToken.None);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            isGone = true;
        }
        catch (Exception error)
        {
            failure = error;
        }

        TimeSpan? retryIn = null;
        var wakes = false;
        lock (_gate)
        {
            _writing--;
            group.IsWritten = false;
            if (isGone)
            {
                // Whatever else is to be said of it is said to nobody; one that is seen again is another's beginning.
                _reader.End(group);
                group.IsOver = true;
                _groups.Remove(group.Id);
            }
            else if (failure is not null)
            {
                _writesFailed++;
                group.Failures++;
                retryIn = Backoff.WithJitter(Backoff.Delay(group.Failures, RetryMin, RetryMax), _random);
                group.NextWriteAt = Now + retryIn.Value;
                group.PutBack(changes);

                // Neither could it be kept what others said.
                _ear.Missed(group.Account);
            }
            else
            {
                group.Failures = 0;
                Hear_NeedsGate(group, changes, notes);
                SightingReader.Wrote(group, changes, _timeProvider.GetUtcNow());
                (wakes, group.Wakes) = (group.Wakes && !_isStopping, group.Wakes && group.HasPending);
            }

            Line_NeedsGate(group);
            Await_NeedsGate(group);
            Forget_NeedsGate(group);
            RingFor_NeedsGate(NextDue_NeedsGate());
            SetIdle_NeedsGate();
        }

        if (failure is not null)
        {
            _observer.OnWriteFailed(group.Name, changes.Length, failure, retryIn);
        }

        if (wakes)
        {
            _wake(group.Id);
        }
    }

    /// <summary>What a server that stops has not written yet, once. Nobody else touches the group any more.</summary>
    private async Task WriteLastAsync(KeptGroup group)
    {
        while (group.HasPending)
        {
            var changes = group.Take(_options.WriteMax);
            try
            {
                await _store.NoteAsync(group.Id, changes, activity: null, CancellationToken.None);
            }
            catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
            {
                return;
            }
            catch (Exception error)
            {
                _observer.OnWriteFailed(group.Name, changes.Length + group.Pending, error, retryIn: null);
                return;
            }
        }
    }

    /// <summary>Lets go of what nobody has seen for long: another server sees it now, or it is not there any more.</summary>
    private void Tidy_NeedsGate(TimeSpan now)
    {
        foreach (var group in _groups.Values.ToList())
        {
            // Where the store is away, so are the looks; what is to be written is not forgotten for that.
            if (!group.HasPending && !group.IsWritten)
            {
                _reader.EndUnseen(group, now);
                Forget_NeedsGate(group);
            }
        }

        _tidyAt = _groups.Count == 0 ? TimeSpan.MaxValue : now + TidyEvery;
    }

    private void Forget_NeedsGate(KeptGroup group)
    {
        if (!group.IsOver && group.Parts.Count == 0 && group.Missing.Count == 0 && group.Beats.IsEmpty && group.Findings.Count == 0
            && !group.HasPending && !group.IsWritten)
        {
            group.IsOver = true;
            _groups.Remove(group.Id);
        }
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void SetIdle_NeedsGate()
    {
        if (_isStopping && _probing == 0 && _writing == 0)
        {
            _idle.TrySetResult();
        }
    }
}
