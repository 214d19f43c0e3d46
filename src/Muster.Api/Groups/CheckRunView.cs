namespace Muster.Api.Groups;

/// <summary>One run of a group's level check: whether it happens, where, and how late. What it did is in the activities.</summary>
public sealed record CheckRunView
{
    /// <summary>The machine: a Nomad client's name, or a server's address.</summary>
    public required string Where { get; init; }

    /// <summary>Nomad's allocation; null when a server made the check.</summary>
    public string? Allocation { get; init; }

    /// <summary>When the timer wanted it; null when it came at somebody's wish or followed a change.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How much later than due it started, in milliseconds; null when nothing was due.</summary>
    public double? LatenessMs { get; init; }

    /// <summary>From its start to its last write, in milliseconds.</summary>
    public required double DurationMs { get; init; }

    /// <summary>
    /// <c>idle</c> (the level holds), <c>acted</c>, <c>held</c>, <c>failed</c>, <c>yielded</c> (somebody else was at this group), or
    /// <c>broke_off</c> (no outcome was reached).
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>What the program told Nomad; null when a server made the check.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What it found, or why it broke off.</summary>
    public required string Reason { get; init; }
}
