using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>What one level check saw, wanted and did.</summary>
public sealed record CheckReport
{
    /// <summary>Which group.</summary>
    public required GroupId Group { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>How it ended.</summary>
    public required CheckOutcome Outcome { get; init; }

    /// <summary>What the cloud did when the check failed by it; null otherwise.</summary>
    public CloudErrorKind? FailedBy { get; init; }

    /// <summary>The group's own interval.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Whether the group is on its way somewhere, so that the next look should come soon.</summary>
    public bool IsUnsettled => Outcome is CheckOutcome.Acted or CheckOutcome.Yielded || State.IsUnsettled;

    /// <summary>What it wanted; null when it could not look.</summary>
    public required Plan? Plan { get; init; }

    /// <summary>
    /// When something else is wanted by itself, since a claim ends or a gate lets go; null for never, or when that is not known.
    /// </summary>
    public DateTimeOffset? ChangesAt { get; init; }

    /// <summary>The state after it.</summary>
    public required GroupState State { get; init; }

    /// <summary>Whether something that was launched did not last, as this check found out.</summary>
    public bool HasBootFailure => Activities.Any(
        activity => activity is { Type: ActivityType.Launch, Status: ActivityStatus.Failed, Instance: not null });

    /// <summary>What the audit trail learned.</summary>
    public required ImmutableArray<Activity> Activities { get; init; }

    /// <summary>Launches whose phase the check changed and that are yet to be recorded.</summary>
    internal ImmutableArray<Launch> ChangedLaunches { get; init; } = [];

    /// <summary>When the group is to be archived, because the last instance of a draining one is gone; null otherwise.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>The report on a group, with what every report says of it.</summary>
    /// <param name="group">Which.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="plan">What it wanted; null when it could not look.</param>
    /// <param name="state">The state after it.</param>
    /// <param name="activities">What the audit trail learns or has learned.</param>
    internal static CheckReport Of(
        Group group, CheckOutcome outcome, Plan? plan, GroupState state, ImmutableArray<Activity> activities) => new()
        {
            Group = group.Id,
            Name = group.Name,
            Interval = group.Interval,
            Outcome = outcome,
            Plan = plan,
            State = state,
            Activities = activities,
        };

    /// <summary>What the store keeps of it.</summary>
    internal CheckRecord ToRecord() => new()
    {
        State = State,
        Launches = ChangedLaunches,
        Activities = Activities,
        ArchivedAt = ArchivedAt,
    };
}
