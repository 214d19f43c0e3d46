namespace Muster.Core.Backtesting;

/// <summary>Instances as a replay has them: launched at once, up after their boot time, and gone as soon as fewer are wanted.</summary>
internal sealed class ReplayedCapacity(int level, TimeSpan bootTime)
{
    // By the time when they are up.
    private readonly List<DateTimeOffset> _coming = [];

    public int Up { get; private set; } = level;

    public int All => Up + _coming.Count;

    public void Pass(DateTimeOffset now) => Up += _coming.RemoveAll(at => at <= now);

    public void Move(int wanted, DateTimeOffset now)
    {
        for (var count = All; count < wanted; count++)
        {
            _coming.Add(now + bootTime);
        }

        // Those that are not up yet go first, the newest of them before the others.
        var surplus = All - wanted;
        var early = Math.Clamp(surplus, 0, _coming.Count);
        _coming.RemoveRange(_coming.Count - early, early);
        Up -= Math.Max(0, surplus - early);
        Pass(now);
    }
}
