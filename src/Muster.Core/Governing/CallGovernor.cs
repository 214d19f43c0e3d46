using Muster.Core.Clouds;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>The governor of a credential in the process that has its budgets.</summary>
public sealed class CallGovernor : ICallGovernor
{
    private static readonly TimeSpan SilenceMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SilenceMax = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly string _cloud;
    private readonly Lane _reads;
    private readonly Lane _writes;
    private readonly ITimer _timer;

    // Guarded by the gate.
    private long _closedAt;
    private TimeSpan _closedFor;
    private int _throttledInRow;
    private long _throttled;
    private long _failed;

    /// <summary>A governor with full budgets, all its own.</summary>
    /// <param name="cloud">The configured cloud's name, for figures.</param>
    /// <param name="reads">The read budget.</param>
    /// <param name="writes">The write budget.</param>
    /// <param name="timeProvider">The clock.</param>
    public CallGovernor(string cloud, CallBudget reads, CallBudget writes, TimeProvider timeProvider)
    {
        _cloud = cloud;
        _timeProvider = timeProvider;
        _reads = new(new TokenBucket(reads, timeProvider));
        _writes = new(new TokenBucket(writes, timeProvider));
        _timer = timeProvider.CreateTimer(_ => Serve(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public CallFigures Figures
    {
        get
        {
            lock (_gate)
            {
                var silence = Silence_NeedsGate();
                return new()
                {
                    Cloud = _cloud,
                    ReadsPerSecond = _reads.Bucket.PerSecond,
                    WritesPerSecond = _writes.Bucket.PerSecond,
                    Reads = _reads.Served,
                    Writes = _writes.Served,
                    Throttled = _throttled,
                    Failed = _failed,
                    Waiting = _reads.Waiters.Waiting + _writes.Waiters.Waiting,
                    ClosedUntil = silence > TimeSpan.Zero ? _timeProvider.GetUtcNow() + silence : null,
                };
            }
        }
    }

    /// <inheritdoc/>
    public TimeSpan Silence
    {
        get
        {
            lock (_gate)
            {
                return Silence_NeedsGate();
            }
        }
    }

    /// <summary>
    /// The part of both budgets that this process may use; the rest is that of others who call with the same credential.
    /// </summary>
    /// <value>1 unless set; more than 0. May be set at any time; who waits goes on by it.</value>
    public double Share
    {
        get
        {
            lock (_gate)
            {
                return _reads.Bucket.Share;
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1);
            lock (_gate)
            {
                _reads.Bucket.Share = value;
                _writes.Bucket.Share = value;
                Arm_NeedsGate();
            }
        }
    }

    /// <inheritdoc/>
    public double PerSecond(CallKind kind)
    {
        lock (_gate)
        {
            return (kind is CallKind.Read ? _reads : _writes).Bucket.PerSecond;
        }
    }

    /// <inheritdoc/>
    public Task AcquireAsync(CallKind kind, GroupId flow, CallUrgency urgency, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var lane = kind is CallKind.Read ? _reads : _writes;
            if (lane.Waiters.IsEmpty && Silence_NeedsGate() == TimeSpan.Zero && lane.Bucket.TryTake())
            {
                lane.Served++;
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lane.Waiters.Enqueue(flow, urgency, turn);
            Arm_NeedsGate();
            return cancellationToken.CanBeCanceled ? LeaveOnCancelAsync(turn, cancellationToken) : turn.Task;
        }
    }

    /// <inheritdoc/>
    public void OnAnswered()
    {
        lock (_gate)
        {
            _throttledInRow = 0;
        }
    }

    /// <inheritdoc/>
    public void OnFailed(CloudException error)
    {
        lock (_gate)
        {
            if (error.Kind is not CloudErrorKind.Throttled)
            {
                _failed++;
                return;
            }

            _throttled++;

            // Calls that were under way at the first refusal are refused together: that is one refusal, and not several in a row.
            _throttledInRow += Silence_NeedsGate() > TimeSpan.Zero ? 0 : 1;
            var silence = error.RetryAfter ?? Backoff.Delay(_throttledInRow, SilenceMin, SilenceMax);
            if (silence > Silence_NeedsGate())
            {
                _closedAt = _timeProvider.GetTimestamp();
                _closedFor = silence;
            }

            Arm_NeedsGate();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private static async Task LeaveOnCancelAsync(TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
    }

    private TimeSpan Silence_NeedsGate()
    {
        var left = _closedFor - _timeProvider.GetElapsedTime(_closedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Serve()
    {
        lock (_gate)
        {
            if (Silence_NeedsGate() == TimeSpan.Zero)
            {
                _reads.Serve();
                _writes.Serve();
            }

            Arm_NeedsGate();
        }
    }

    private void Arm_NeedsGate()
    {
        var silence = Silence_NeedsGate();
        var next = TimeSpan.MaxValue;
        foreach (var lane in (ReadOnlySpan<Lane>)[_reads, _writes])
        {
            if (!lane.Waiters.IsEmpty)
            {
                var until = lane.Bucket.UntilNext();
                next = new[] { next, until > silence ? until : silence }.Min();
            }
        }

        if (next < TimeSpan.MaxValue)
        {
            _timer.Change(TimerSpan.Of(next), Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Lane(TokenBucket bucket)
    {
        public TokenBucket Bucket { get; } = bucket;

        public UrgentFirstQueue<TaskCompletionSource> Waiters { get; } = new(turn => turn.Task.IsCompleted);

        public long Served { get; set; }

        public void Serve()
        {
            while (!Waiters.IsEmpty && Bucket.UntilNext() == TimeSpan.Zero)
            {
                // Whoever has left the line takes no token.
                if (Waiters.TryDequeue(out var turn) && turn.TrySetResult())
                {
                    Bucket.TryTake();
                    Served++;
                }
            }
        }
    }
}
