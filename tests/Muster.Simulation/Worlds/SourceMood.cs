namespace Muster.Simulation.Worlds;

/// <summary>How the source of a metric is for a while.</summary>
internal enum SourceMood
{
    /// <summary>Says what is so.</summary>
    Honest,

    /// <summary>Says what is so every other time, and fails in between.</summary>
    Flapping,

    /// <summary>Has no value for anybody.</summary>
    Silent,

    /// <summary>Fails as a whole.</summary>
    Failing,

    /// <summary>Says what was so when it was last asked.</summary>
    Late,

    /// <summary>Says the same, as of the same moment, again and again.</summary>
    Stuck,

    /// <summary>Says what cannot be, or what is far from the truth.</summary>
    Lying,
}
