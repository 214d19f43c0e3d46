using Muster.Core.Placements;

namespace Muster.Core.Life;

/// <summary>
/// Instances beside a group's level that rest, stopped or suspended, and are started before anything new is launched. Valid when made by
/// <see cref="PoolRules"/>.
/// </summary>
public sealed record Pool
{
    /// <summary>How many are to rest: a number, or a part of the level.</summary>
    public required Portion Size { get; init; }

    /// <summary>Whether their memory is kept, on clouds that can; otherwise they are stopped, and boot when they are started.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>Whether instances beyond the level go to rest while the pool is short, and are not terminated.</summary>
    public bool TakesSurplus { get; init; }

    /// <summary>
    /// How old a resting instance becomes before another takes its place, from <see cref="PoolRules.AgeMin"/>; null for as old as it will.
    /// </summary>
    public TimeSpan? AgeMax { get; init; }
}
