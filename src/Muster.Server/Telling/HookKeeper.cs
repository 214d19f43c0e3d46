using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Server.Telling;

/// <summary>
/// Tells whoever hooks name which instances wait for them: at least once each, and again until it is heard or nothing waits any more. One a
/// server.
/// </summary>
/// <remarks>
/// Who waits follows from the group alone, as checks write it down. So nothing is remembered of what was told: a server that starts, or
/// that takes a group over, tells again all that waits, with the same ids. Looks and decisions of checks are heard of by <see
/// cref="ISightings"/>, and never wait for it.
/// </remarks>
public sealed class HookKeeper : ISightings, IDisposable
{
    // A group that no check of this server has looked at for so long is kept by another one, or is gone.
    private static readonly TimeSpan PartAgeMax = TimeSpan.FromHours(3);

    private readonly IGroupReader _groups;
    private readonly IHookVoice _voice;
    private readonly TimeProvider _timeProvider;
    private readonly IRandomSource _random;
    private readonly HookOptions _options;
    private readonly IHookObserver _observer;
    private readonly CancellationTokenSource _drop = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _madeAt;
    private readonly ITimer _timer;

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<(GroupId Group, string Cloud), HookPart> _parts = [];
    private readonly Dictionary<string, HookLane> _lanes = new(StringComparer.Ordinal);
    private readonly HashSet<GroupId> _decided = [];
    private TaskCompletionSource _bell = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _telling;
    private int _readFailures;
    private bool _isStopping;

    /// <summary>A keeper that tells nobody until <see cref="RunAsync"/>.</summary>
    /// <param name="groups">Where groups are read after a check has decided.</param>
    /// <param name="voice">Tells.</param>
    /// <param name="timeProvider">The store's clock.</param>
    /// <param name="random">For jitter.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="observer">Hears what becomes of it.</param>
    public HookKeeper(
        IGroupReader groups, IHookVoice voice, TimeProvider timeProvider, IRandomSource random, HookOptions options, IHookObserver observer)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        (_groups, _voice, _timeProvider, _random) = (groups, voice, timeProvider, random);
        (_options, _observer) = (options, observer);
        _madeAt = timeProvider.GetTimestamp();
        _timer = timeProvider.CreateTimer(_ => Ring(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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
                var key = (record.Group.Id, cloud);
                if (!_parts.TryGetValue(key, out var part))
                {
                    if (!TellsAny(record))
                    {
                        return;
                    }

                    _parts.Add(key, part = new());
                }

                (part.Instances, part.LookedAt, part.HeardAt) = (instances, lookedAt, Now);
                Read_NeedsGate(record, cloud, part);
                Forget_NeedsGate(record, key, part);
                Ring_NeedsGate();
            }
        }
        catch (Exception error)
        {
            // Nobody's check fails for whom its hooks tell.
            _observer.OnBroken($"what a look at group {record.Group.Name} shows", error);
        }
    }

    /// <inheritdoc/>
    public void Decided(GroupId group)
    {
        lock (_gate)
        {
            if (_decided.Add(group))
            {
                Ring_NeedsGate();
            }
        }
    }

    /// <summary>Tells until <paramref name="stopping"/>; then drops what is in flight: whoever comes next tells it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ring = stopping.Register(Ring);
        while (!stopping.IsCancellationRequested)
        {
            Task bell;
            lock (_gate)
            {
                bell = _bell.Task;
            }

            await ReadDecidedAsync(stopping);
            StartWhatIsDue();
            await bell;
        }

        lock (_gate)
        {
            _isStopping = true;
            SetIdle_NeedsGate();
        }

        await _drop.CancelAsync();
        await _idle.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _drop.Dispose();
    }

    private static bool TellsAny(GroupRecord record)
    {
        foreach (var hook in record.Group.Hooks.All)
        {
            if (hook.Tell is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads the groups of which checks have decided something since: who drains from now on stands in no look yet.</summary>
    private async Task ReadDecidedAsync(CancellationToken stopping)
    {
        List<GroupId> decided;
        lock (_gate)
        {
            decided = [.. _decided.Where(group => _parts.Keys.Any(key => key.Group == group))];
            _decided.Clear();
        }

        foreach (var (index, group) in decided.Index())
        {
            try
            {
                var record = await _groups.FindGroupAsync(group, stopping);
                lock (_gate)
                {
                    _readFailures = 0;
                    foreach (var (key, part) in _parts.Where(pair => pair.Key.Group == group).ToList())
                    {
                        if (record is not null)
                        {
                            Read_NeedsGate(record, key.Cloud, part);
                        }
                    }
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                TimeSpan retryIn;
                lock (_gate)
                {
                    _decided.UnionWith(decided[index..]);
                    retryIn = Backoff.WithJitter(Backoff.Delay(++_readFailures, _options.RetryMin, _options.RetryMax), _random);
                    _timer.Change(TimerSpan.Of(retryIn), Timeout.InfiniteTimeSpan);
                }

                _observer.OnReadFailed(error, retryIn);
                return;
            }
        }
    }

    /// <summary>Takes in who waits now.</summary>
    private void Read_NeedsGate(GroupRecord record, string cloud, HookPart part)
    {
        var waiting = new Dictionary<string, PendingCall>(StringComparer.Ordinal);
        foreach (var held in HeldInstance.Read(record, cloud, part.Instances, part.LookedAt, _timeProvider.GetUtcNow()))
        {
            if (held.Hook.Tell is null)
            {
                continue;
            }

            var call = HookCall.Of(record, cloud, held);
            if (part.Calls.Remove(call.Id, out var known) && known.Call.Whom == call.Whom)
            {
                known.Call = call;
                waiting[call.Id] = known;
                continue;
            }

            if (known is not null)
            {
                known.IsOver = true;
            }

            var pending = new PendingCall(call);
            waiting[call.Id] = pending;
            LaneOf_NeedsGate(call).Due.Enqueue(pending, Now);
        }

        foreach (var over in part.Calls.Values)
        {
            over.IsOver = true;
        }

        part.Calls = waiting;
    }

    /// <summary>Lets go of a group that tells nobody any more, and of those that nobody has looked at for long.</summary>
    private void Forget_NeedsGate(GroupRecord record, (GroupId Group, string Cloud) key, HookPart part)
    {
        if (part.Calls.Count == 0 && !TellsAny(record))
        {
            _parts.Remove(key);
        }

        foreach (var (old, unseen) in _parts.Where(pair => Now - pair.Value.HeardAt > PartAgeMax).ToList())
        {
            foreach (var over in unseen.Calls.Values)
            {
                over.IsOver = true;
            }

            _parts.Remove(old);
        }
    }

    /// <summary>Starts every call that is due and has a place, and sets the timer for the next.</summary>
    private void StartWhatIsDue()
    {
        List<PendingCall> calls = [], held = [];
        lock (_gate)
        {
            var (now, next) = (Now, TimeSpan.MaxValue);
            foreach (var (whom, lane) in _lanes.ToList())
            {
                while (_telling < _options.TellsMax && lane.Telling < _options.TellsPerAddressMax
                    && lane.Due.TryPeek(out var call, out var due) && due <= now)
                {
                    lane.Due.Dequeue();
                    if (!call.IsOver && (call.IsDoubted || _decided.Contains(call.Call.Group)))
                    {
                        // It may have been answered since it was told in vain, or since a check decided: what is so is read first.
                        held.Add(call);
                    }
                    else if (!call.IsOver)
                    {
                        call.Attempts++;
                        lane.Telling++;
                        _telling++;
                        calls.Add(call);
                    }
                }

                foreach (var call in held)
                {
                    call.IsDoubted = false;
                    lane.Due.Enqueue(call, now);
                    if (_decided.Add(call.Call.Group))
                    {
                        Ring_NeedsGate();
                    }
                }

                held.Clear();

                if (lane is { Telling: 0, Due.Count: 0 })
                {
                    _lanes.Remove(whom);
                }
                else if (lane.Due.TryPeek(out _, out var due) && due > now && due < next)
                {
                    // What is due and has no place is started when a place comes free.
                    next = due;
                }
            }

            if (next < TimeSpan.MaxValue && _decided.Count == 0)
            {
                _timer.Change(TimerSpan.Of(next - now), Timeout.InfiniteTimeSpan);
            }
        }

        foreach (var call in calls)
        {
            _ = TellAsync(call);
        }
    }

    /// <summary>One call, from its start to what follows from it. Owned by the count of those in flight.</summary>
    private async Task TellAsync(PendingCall pending)
    {
        var call = pending.Call;
        HookException? failure = null;
        var isDropped = false;
        using var limit = new CancellationTokenSource(_options.Timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _drop.Token);
        try
        {
            await _voice.TellAsync(call, either.Token);
        }
        catch (OperationCanceledException) when (_drop.IsCancellationRequested)
        {
            isDropped = true;
        }
        catch (OperationCanceledException error) when (limit.IsCancellationRequested)
        {
            failure = new($"no answer within {DurationText.Format(_options.Timeout)}", error);
        }
        catch (HookException error)
        {
            failure = error;
        }
        catch (Exception error)
        {
            failure = new("this server could not tell it", error);
            _observer.OnBroken($"telling hook {call.Hook.Name} of group {call.GroupName}", error);
        }

        var retryIn = TimeSpan.Zero;
        lock (_gate)
        {
            _telling--;
            var lane = LaneOf_NeedsGate(call);
            lane.Telling--;
            if (failure is not null)
            {
                retryIn = Backoff.WithJitter(Backoff.Delay(pending.Attempts, _options.RetryMin, _options.RetryMax), _random);
                retryIn = failure.RetryAfter is { } asked && asked > retryIn ? Least(asked, _options.RetryMax) : retryIn;
                pending.IsDoubted = true;
                if (!pending.IsOver)
                {
                    lane.Due.Enqueue(pending, Now + retryIn);
                }
            }

            SetIdle_NeedsGate();
            Ring_NeedsGate();
        }

        if (failure is not null)
        {
            _observer.OnNotTold(call, failure, retryIn);
        }
        else if (!isDropped)
        {
            _observer.OnTold(call);
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private HookLane LaneOf_NeedsGate(HookCall call)
    {
        var whom = Uri.TryCreate(call.Whom, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url.Authority : call.Whom;
        if (!_lanes.TryGetValue(whom, out var lane))
        {
            _lanes.Add(whom, lane = new());
        }

        return lane;
    }

    private void Ring()
    {
        lock (_gate)
        {
            Ring_NeedsGate();
        }
    }

    private void Ring_NeedsGate()
    {
        _bell.TrySetResult();
        _bell = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void SetIdle_NeedsGate()
    {
        if (_isStopping && _telling == 0)
        {
            _idle.TrySetResult();
        }
    }
}
