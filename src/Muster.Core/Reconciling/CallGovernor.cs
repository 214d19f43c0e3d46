using Muster.Core.Clouds;

namespace Muster.Core.Reconciling;

/// <summary>The governor of a credential in the process that has its budgets.</summary>
public sealed class CallGovernor : ICallGovernor
{
    private static readonly TimeSpan SilenceMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SilenceMax = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly string cloud;
    private readonly Lane reads;
    private readonly Lane writes;
    private readonly ITimer timer;

    // Guarded by the gate.
    private long closedAt;
    private TimeSpan closedFor;
    private int throttledInRow;
    private long throttled;
    private long failed;

    /// <summary>A governor with full budgets, all its own.</summary>
    /// <param name="cloud">The configured cloud's name, for figures.</param>
    /// <param name="reads">The read budget.</param>
    /// <param name="writes">The write budget.</param>
    /// <param name="time">The clock.</param>
    public CallGovernor(string cloud, CallBudget reads, CallBudget writes, TimeProvider time)
    {
        this.cloud = cloud;
        this.time = time;
        this.reads = new(new TokenBucket(reads, time));
        this.writes = new(new TokenBucket(writes, time));
        timer = time.CreateTimer(_ => Serve(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public CallFigures Figures
    {
        get
        {
            lock (gate)
            {
                var silence = Silence_NeedsGate();
                return new()
                {
                    Cloud = cloud,
                    ReadsPerSecond = reads.Bucket.PerSecond,
                    WritesPerSecond = writes.Bucket.PerSecond,
                    Reads = reads.Served,
                    Writes = writes.Served,
                    Throttled = throttled,
                    Failed = failed,
                    Waiting = reads.Waiters.Waiting + writes.Waiters.Waiting,
                    ClosedUntil = silence > TimeSpan.Zero ? time.GetUtcNow() + silence : null,
                };
            }
        }
    }

    /// <inheritdoc/>
    public TimeSpan Silence
    {
        get
        {
            lock (gate)
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
            lock (gate)
            {
                return reads.Bucket.Share;
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1);
            lock (gate)
            {
                reads.Bucket.Share = value;
                writes.Bucket.Share = value;
                Arm_NeedsGate();
            }
        }
    }

    /// <inheritdoc/>
    public double PerSecond(CallKind kind)
    {
        lock (gate)
        {
            return (kind is CallKind.Read ? reads : writes).Bucket.PerSecond;
        }
    }

    /// <inheritdoc/>
    public Task AcquireAsync(CallKind kind, GroupId flow, CallUrgency urgency, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            var lane = kind is CallKind.Read ? reads : writes;
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
        lock (gate)
        {
            throttledInRow = 0;
        }
    }

    /// <inheritdoc/>
    public void OnFailed(CloudException error)
    {
        lock (gate)
        {
            if (error.Kind is not CloudErrorKind.Throttled)
            {
                failed++;
                return;
            }

            throttled++;

            // Calls that were under way at the first refusal are refused together: that is one refusal, and not several in a row.
            throttledInRow += Silence_NeedsGate() > TimeSpan.Zero ? 0 : 1;
            var silence = error.RetryAfter ?? Backoff.Delay(throttledInRow, SilenceMin, SilenceMax);
            if (silence > Silence_NeedsGate())
            {
                closedAt = time.GetTimestamp();
                closedFor = silence;
            }

            Arm_NeedsGate();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private static async Task LeaveOnCancelAsync(TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
    }

    private TimeSpan Silence_NeedsGate()
    {
        var left = closedFor - time.GetElapsedTime(closedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Serve()
    {
        lock (gate)
        {
            if (Silence_NeedsGate() == TimeSpan.Zero)
            {
                reads.Serve();
                writes.Serve();
            }

            Arm_NeedsGate();
        }
    }

    private void Arm_NeedsGate()
    {
        var silence = Silence_NeedsGate();
        var next = TimeSpan.MaxValue;
        foreach (var lane in (ReadOnlySpan<Lane>)[reads, writes])
        {
            if (!lane.Waiters.IsEmpty)
            {
                var until = lane.Bucket.UntilNext();
                next = new[] { next, until > silence ? until : silence }.Min();
            }
        }

        if (next < TimeSpan.MaxValue)
        {
            timer.Change(TimerSpan.Of(next), Timeout.InfiniteTimeSpan);
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
