using System.Collections.Immutable;

namespace Muster.Core.Backtesting;

/// <summary>What policies are replayed on.</summary>
public sealed record BacktestSetting
{
    /// <summary>The loads; the first is the one that is shown, and by which it is told when there was too little capacity.</summary>
    public required ImmutableArray<ReplayedLoad> Loads { get; init; }

    /// <summary>The group's lower bound.</summary>
    public required int Min { get; init; }

    /// <summary>The group's upper bound.</summary>
    public required int Max { get; init; }

    /// <summary>How many there are at the beginning, all of them up.</summary>
    public required int Level { get; init; }

    /// <summary>How long an instance takes until it is up.</summary>
    public required TimeSpan BootTime { get; init; }

    /// <summary>
    /// How much of the first load one instance carries; null for what the first policy that has such a number says, and where there is none
    /// nobody knows when there was too little.
    /// </summary>
    public double? EachCarries { get; init; }
}
