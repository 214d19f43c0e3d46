using Muster.Simulation.Randomness;

namespace Muster.Simulation.Worlds;

/// <summary>
/// Kinds of faults that a world may have. Each world has about half of them: a fault that is always there hides what others bring out.
/// </summary>
[Flags]
internal enum Faults
{
    None = 0,

    // What a cloud answers instead of doing it.
    Throttled = 1 << 0,
    Unavailable = 1 << 1,
    Unauthorized = 1 << 2,
    Quota = 1 << 3,
    OutOfStock = 1 << 4,
    Invalid = 1 << 5,

    // What a cloud does without saying so, or says nothing of.
    LaunchLost = 1 << 6,
    LaunchVoid = 1 << 7,
    LaunchHangs = 1 << 8,
    TerminateLost = 1 << 9,
    TerminateVoid = 1 << 10,

    // What a listing shows.
    CutListings = 1 << 11,
    SloppyListings = 1 << 12,
    LostHints = 1 << 13,

    // How instances live.
    DieYoung = 1 << 14,
    DieOld = 1 << 15,
    Unknown = 1 << 16,
    MassDeath = 1 << 17,

    // How everything else goes.
    Slow = 1 << 18,
    StoreFails = 1 << 19,
    StoreForgetsToAnswer = 1 << 20,
    StoreSlow = 1 << 21,
    Crashes = 1 << 22,
    Pauses = 1 << 23,
    ClockJumps = 1 << 24,
    Strangers = 1 << 25,
    BadTemplates = 1 << 26,
    StoreConflicts = 1 << 27,
    StoreCutOff = 1 << 28,

    // Instances that do not end: the cloud says so, or says that they do.
    Refusing = 1 << 29,
    Inert = 1 << 30,
}

/// <summary>How likely each fault is for a while.</summary>
internal sealed class Storm
{
    private const int Kinds = 31;

    private readonly double[] _chances = new double[Kinds];

    private Storm()
    {
    }

    /// <summary>No faults.</summary>
    public static Storm None { get; } = new();

    /// <summary>How likely this one is now.</summary>
    public double this[Faults fault] => _chances[int.TrailingZeroCount((int)fault)];

    /// <summary>About half of all faults.</summary>
    public static Faults DrawFaults(RandomStream random)
    {
        var faults = Faults.None;
        for (var kind = 0; kind < Kinds; kind++)
        {
            faults |= random.Chance(0.5) ? (Faults)(1 << kind) : Faults.None;
        }

        return faults;
    }

    /// <summary>The next while: mostly quiet, sometimes bad, rarely nothing works.</summary>
    public static Storm Draw(RandomStream random, Faults faults)
    {
        var storm = new Storm();
        for (var kind = 0; kind < Kinds; kind++)
        {
            // A few at a time: where everything fails at once, nothing happens that could go wrong.
            if (faults.HasFlag((Faults)(1 << kind)) && random.Chance(0.3))
            {
                storm._chances[kind] = random.Pick(0.02, 0.1, 0.1, 0.3, 0.3, 0.6, 1.0);
            }
        }

        return storm;
    }
}
