namespace Muster.Core.Storage;

/// <summary>
/// The store's clock, kept by this process: wall-clock time as all who share the store see it, whatever this machine's clock says or
/// does. Timestamps and timers are the machine's own.
/// </summary>
/// <remarks>
/// A reading of the store's clock was true at some moment between its question and its answer, so each one bounds the truth from both
/// sides (Cristian, "Probabilistic clock synchronization", 1989). While the time kept here is within the bounds it stays as it is; else
/// it moves to the nearer bound. So it neither jitters with the network nor drifts off, and jumps of the machine's clock do nothing to it.
/// </remarks>
/// <param name="machine">Gives elapsed time and timers.</param>
public sealed class StoreTime(TimeProvider machine) : TimeProvider
{
    private readonly Lock _gate = new();

    // Guarded by the gate: the store's time at a timestamp of this machine.
    private DateTimeOffset _anchor = machine.GetUtcNow();
    private long _anchoredAt = machine.GetTimestamp();
    private bool _isKnown;

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    /// <summary>Whether the store's clock was read since the start; until then it is the machine's.</summary>
    public bool IsKnown
    {
        get
        {
            lock (_gate)
            {
                return _isKnown;
            }
        }
    }

    /// <summary>How far the machine's own clock is ahead of the store's; negative when it is behind.</summary>
    public TimeSpan MachineAhead => machine.GetUtcNow() - GetUtcNow();

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return At_NeedsGate(machine.GetTimestamp());
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>Reads the store's clock and goes by it from now on.</summary>
    /// <exception cref="StoreException">It could not be read; the time goes on as it was.</exception>
    public async Task SynchronizeAsync(ICheckStore store, CancellationToken cancellationToken)
    {
        var askedAt = machine.GetTimestamp();
        var reading = await store.ReadTimeAsync(cancellationToken);
        Adopt(reading, askedAt, machine.GetTimestamp());
    }

    /// <summary>Goes by a reading of the store's clock that came with something else.</summary>
    /// <param name="reading">What the store's clock said.</param>
    /// <param name="askedAt">This machine's timestamp right before it was asked.</param>
    /// <param name="answeredAt">This machine's timestamp when the answer was there.</param>
    public void Adopt(DateTimeOffset reading, long askedAt, long answeredAt)
    {
        lock (_gate)
        {
            var earliest = reading;
            var latest = reading + machine.GetElapsedTime(askedAt, answeredAt);
            var kept = At_NeedsGate(answeredAt);
            (_anchor, _anchoredAt) = (kept < earliest ? earliest : kept > latest ? latest : kept, answeredAt);
            _isKnown = true;
        }
    }

    private DateTimeOffset At_NeedsGate(long timestamp) => _anchor + machine.GetElapsedTime(_anchoredAt, timestamp);
}
