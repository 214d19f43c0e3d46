namespace Muster.EndToEnd.Nomad.Support;

/// <summary>The clock of a simulated Nomad: this machine's, until it is put forward or back, or its timers are held.</summary>
/// <remarks>As with real clocks, a timer that runs already does not notice that the clock was put.</remarks>
internal sealed class NomadClock : TimeProvider
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly List<Action> _held = [];
    private bool _isHeld;
    private long _aheadTicks;

    /// <summary>How far it is before this machine's.</summary>
    public TimeSpan Ahead
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _aheadTicks));
        set => Interlocked.Exchange(ref _aheadTicks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(_ => Fire(() => callback(state)), state: null, dueTime, period);

    /// <summary>No timer fires from now on.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _isHeld = true;
        }
    }

    /// <summary>Timers fire again, at once those that were due meanwhile.</summary>
    public void GoOn()
    {
        Action[] due;
        lock (_gate)
        {
            _isHeld = false;
            due = [.. _held];
            _held.Clear();
        }

        foreach (var fire in due)
        {
            fire();
        }
    }

    private void Fire(Action callback)
    {
        lock (_gate)
        {
            if (_isHeld)
            {
                _held.Add(callback);
                return;
            }
        }

        callback();
    }
}
