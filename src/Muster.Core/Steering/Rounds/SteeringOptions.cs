namespace Muster.Core.Steering.Rounds;

/// <summary>How steering rounds are made.</summary>
public sealed class SteeringOptions
{
    private const int RoundsKept = 4;
    private static readonly TimeSpan KeepEveryMax = TimeSpan.FromMinutes(1);
    private TimeSpan? _keepEvery;

    /// <summary>Shortest time between two rounds.</summary>
    public static readonly TimeSpan IntervalMin = TimeSpan.FromSeconds(1);

    /// <summary>Longest time between two rounds.</summary>
    public static readonly TimeSpan IntervalMax = TimeSpan.FromMinutes(5);

    /// <summary>Time between two rounds.</summary>
    /// <value>15 seconds unless set; from <see cref="IntervalMin"/> to <see cref="IntervalMax"/>.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often readings, and what policies say without moving anything, are written.</summary>
    /// <value>Every fourth round, and at least once a minute, unless set.</value>
    /// <remarks>What was read since is lost in a crash. Moves are written at once.</remarks>
    public TimeSpan KeepEvery
    {
        get => _keepEvery ?? (Interval * RoundsKept < KeepEveryMax ? Interval * RoundsKept : KeepEveryMax);
        set => _keepEvery = value;
    }

    /// <summary>How long a round waits for sources; what comes later counts in the next.</summary>
    /// <value>3 seconds unless set.</value>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(3);
}
