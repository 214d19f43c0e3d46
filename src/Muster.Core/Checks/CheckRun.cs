using System.Collections.Immutable;

namespace Muster.Core.Checks;

/// <summary>One run of a level check: where it ran, when, for how long, and what came of it.</summary>
/// <remarks>
/// What a check did to instances is in the audit trail; this says whether checks happen, and where to look when they do not.
/// </remarks>
public sealed record CheckRun
{
    /// <summary>How many of a group a store keeps: at the usual interval of a minute, most of the last hour.</summary>
    public const int KeptMax = 50;

    /// <summary>Made by whoever ran it, so that a report which is delivered twice is kept once.</summary>
    public required Guid Id { get; init; }

    /// <summary>Which group.</summary>
    public required GroupId Group { get; init; }

    /// <summary>The machine: a Nomad client's name, or a server's address.</summary>
    public required string Where { get; init; }

    /// <summary>Nomad's allocation; null when a server made the check.</summary>
    public string? Allocation { get; init; }

    /// <summary>When it was to start, where there is such a time: a tick of the timer, not a check that somebody asked for.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When it started, by the store's clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>From its start to its last write.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How it ended; null when it broke off: no outcome was reached.</summary>
    public CheckOutcome? Outcome { get; init; }

    /// <summary>What the program told its caller; null when a server made the check.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What it found or why it broke off, in a sentence without secrets.</summary>
    public required string Reason { get; init; }

    /// <summary>How much later than due it started; zero when early, null when there is no time that it was to start at.</summary>
    public TimeSpan? Lateness => DueAt is { } due ? (StartedAt > due ? StartedAt - due : TimeSpan.Zero) : null;

    /// <summary>The newest of them, newest first; of those that started at one instant, by id.</summary>
    /// <param name="runs">In any order.</param>
    /// <param name="limit">How many at most: 1 or more.</param>
    public static ImmutableArray<CheckRun> NewestOf(IEnumerable<CheckRun> runs, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return [.. runs.OrderByDescending(run => run.StartedAt).ThenByDescending(run => run.Id).Take(limit)];
    }
}
