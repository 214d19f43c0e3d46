namespace Muster.Simulation.Time;

/// <summary>
/// The clock that one simulated process sees. Timers and timestamps follow the loop; the wall clock may be wrong by
/// <see cref="WallOffset"/>, since that is what happens to wall clocks.
/// </summary>
public sealed class SimulatedTime : TimeProvider
{
    /// <summary>When every simulation begins, unless its loop says otherwise.</summary>
    public static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SimulationLoop _loop;
    private readonly SimulationContext _context;

    internal SimulatedTime(SimulationLoop loop, SimulationContext context)
    {
        _loop = loop;
        _context = context;
    }

    /// <summary>How far the wall clock is ahead of the truth.</summary>
    public TimeSpan WallOffset { get; set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long GetTimestamp() => _loop.Now.Ticks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _loop.Epoch + _loop.Now + WallOffset;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(_loop, _context, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
