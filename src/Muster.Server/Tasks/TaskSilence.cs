using Muster.Core;

namespace Muster.Server.Tasks;

/// <summary>How long the programs of one account leave a cloud alone, because one of them was told to.</summary>
internal sealed class TaskSilence(TimeProvider timeProvider)
{
    /// <summary>The longest that is believed: a cloud that wants more is asked again after that.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromHours(1);

    private static readonly TimeSpan UntoldMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UntoldMax = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private long _since;
    private TimeSpan _length;
    private int _inRow;

    /// <summary>How much of it is left.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_gate)
            {
                return Left_NeedsGate();
            }
        }
    }

    /// <summary>A wait that is believed.</summary>
    public static TimeSpan? Bounded(TimeSpan? wait) => wait > Max ? Max : wait;

    public void OnThrottled(TimeSpan? wait)
    {
        lock (_gate)
        {
            // Calls that were under way at the first refusal are refused together: that is one refusal, and not several in a row.
            _inRow += Left_NeedsGate() > TimeSpan.Zero ? 0 : 1;
            var next = Bounded(wait) ?? Backoff.Delay(_inRow, UntoldMin, UntoldMax);
            if (next > Left_NeedsGate())
            {
                (_since, _length) = (timeProvider.GetTimestamp(), next);
            }
        }
    }

    public void OnAnswered()
    {
        lock (_gate)
        {
            _inRow = 0;
        }
    }

    private TimeSpan Left_NeedsGate()
    {
        var left = _length - timeProvider.GetElapsedTime(_since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
