using Muster.Core.Backtesting;

namespace Muster.Cli.Commands.Policies;

/// <summary>What a replay came to, for programs.</summary>
internal sealed record PolicyTestView
{
    /// <summary>The policy.</summary>
    public required string Policy { get; init; }

    /// <summary>Hours of instances, from their launch on.</summary>
    public required double InstanceHours { get; init; }

    /// <summary>Seconds for which fewer instances were up than the load needed; null where nobody knows what one carries.</summary>
    public required double? TooFewS { get; init; }

    /// <summary>How often the level moved.</summary>
    public required int Changes { get; init; }

    /// <summary>How often it moved the other way than before.</summary>
    public required int Reversals { get; init; }

    /// <summary>Most instances that were up at once.</summary>
    public required int Highest { get; init; }

    /// <summary>Seconds for which there was nothing to read.</summary>
    public required double UnreadS { get; init; }

    public static PolicyTestView Of(string policy, BacktestResult result) => new()
    {
        Policy = policy,
        InstanceHours = Math.Round(result.InstanceHours, 3),
        TooFewS = result.TooFewFor?.TotalSeconds,
        Changes = result.Changes,
        Reversals = result.Reversals,
        Highest = result.Highest,
        UnreadS = result.Unread.TotalSeconds,
    };
}
