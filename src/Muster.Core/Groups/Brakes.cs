namespace Muster.Core.Groups;

/// <summary>Bounds on what Muster may do to one group, because a bug here costs money.</summary>
/// <remarks>The defaults let a group of a few hundred converge at once and stop a runaway within its first hour.</remarks>
public sealed record Brakes
{
    /// <summary>Most that <see cref="LaunchesInFlightMax"/> may be.</summary>
    public const int InFlightLimit = 100;

    /// <summary>Most that <see cref="LaunchesPerCheckMax"/> and <see cref="TerminationsPerCheckMax"/> may be.</summary>
    public const int PerCheckLimit = 1000;

    /// <summary>Most that <see cref="LaunchesPerHourMax"/> and <see cref="TerminationsPerHourMax"/> may be.</summary>
    public const int PerHourLimit = 10_000;

    /// <summary>Launch calls in flight at once; 1 to <see cref="InFlightLimit"/>.</summary>
    public int LaunchesInFlightMax { get; init; } = 10;

    /// <summary>Launches one level check may start; 1 to <see cref="PerCheckLimit"/>.</summary>
    public int LaunchesPerCheckMax { get; init; } = 100;

    /// <summary>Terminations one level check may start; 1 to <see cref="PerCheckLimit"/>.</summary>
    public int TerminationsPerCheckMax { get; init; } = 100;

    /// <summary>Launches in any hour; 1 to <see cref="PerHourLimit"/>.</summary>
    public int LaunchesPerHourMax { get; init; } = 1000;

    /// <summary>
    /// Most that the group may cost an hour, in the currency of the prices: launches that would pass it are held back. Null for no limit.
    /// Nothing ends because of it.
    /// </summary>
    public decimal? SpendPerHourMax { get; init; }

    /// <summary>Terminations in any hour; 1 to <see cref="PerHourLimit"/>.</summary>
    public int TerminationsPerHourMax { get; init; } = 1000;
}
