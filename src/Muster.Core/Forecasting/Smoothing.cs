namespace Muster.Core.Forecasting;

/// <summary>How the seasons of a load are smoothed: one of a few settings, of which the load's own past chooses.</summary>
/// <param name="Memory">What a week counts for the week after it; below 1.</param>
/// <param name="Borrowing">How many weeks' worth an hour of the week borrows from the same hour of every day; above 0.</param>
/// <param name="LevelGain">How much of an error moves the level.</param>
/// <param name="Scales">Whether seasons are parts of the level, and grow with it; otherwise they are added to it.</param>
internal readonly record struct Smoothing(double Memory, double Borrowing, double LevelGain, bool Scales)
{
    // Small on purpose: five weeks of hours tell no more apart, and each setting is tried at every forecast.
    private static readonly double[] Memories = [0.6, 0.85];
    private static readonly double[] Borrowings = [0.05, 0.5, 2];
    private static readonly double[] LevelGains = [0.005, 0.02];
    private static readonly bool[] ScaledOrNot = [true, false];
    private static readonly bool[] NotScaled = [false];

    /// <summary>The settings to try, always in the same order.</summary>
    public static IEnumerable<Smoothing> Candidates(bool mayScale) =>
        from scales in mayScale ? ScaledOrNot : NotScaled
        from memory in Memories
        from borrowing in Borrowings
        from gain in LevelGains
        select new Smoothing(memory, borrowing, gain, scales);
}
