using Muster.Api.Activities;

namespace Muster.Api.Groups;

/// <summary>What one level check saw, wanted and did.</summary>
public sealed record CheckView
{
    /// <summary>Which group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>
    /// <c>idle</c> (the level holds), <c>acted</c>, <c>held</c> (by a brake, a suspension or a wait), <c>failed</c>, or
    /// <c>yielded</c> (somebody else is at this group).
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>What it wanted; null when it could not look.</summary>
    public PlanView? Plan { get; init; }

    /// <summary>What is so after it.</summary>
    public required GroupStatusView Status { get; init; }

    /// <summary>What the audit trail learned.</summary>
    public required IReadOnlyList<ActivityView> Activities { get; init; }
}
