using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Reconciling;

namespace Muster.Core.Groups;

/// <summary>How a group is, in one word.</summary>
public enum GroupCondition
{
    /// <summary>At its level.</summary>
    Healthy,

    /// <summary>On its way to its level.</summary>
    Scaling,

    /// <summary>Kept from its level by something that the reason names.</summary>
    Degraded,

    /// <summary>Told by a person to leave something undone.</summary>
    Suspended,
}

/// <summary>What is so with a group: the engine's memory between two checks, kept in the store so that no crash resets a brake.</summary>
public sealed record GroupState
{
    private static readonly PlacementState Fresh = new();

    /// <summary>Which group.</summary>
    public required GroupId Group { get; init; }

    /// <summary>
    /// The fencing number: one more with each lease taken and each one given back. Whoever planned on an older number is refused, so a plan
    /// is never carried out on a look that somebody else has acted after.
    /// </summary>
    public long Fence { get; init; }

    /// <summary>In one word.</summary>
    public GroupCondition Condition { get; init; } = GroupCondition.Scaling;

    /// <summary>In a sentence: the last plan's explanation or what stands in its way.</summary>
    public string Reason { get; init; } = "not checked yet";

    /// <summary>When something that stands in the way is tried again; null when nothing does.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When the last check ended; null before the first.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>What the last whole listing showed.</summary>
    public InstanceCounts Counts { get; init; } = new();

    /// <summary>
    /// What all that it holds costs an hour, without what has no price; while a check launches, with all that it still may. The account's
    /// limit goes by it.
    /// </summary>
    public decimal SpendPerHour { get; init; }

    /// <summary>Launches in the last hour.</summary>
    public HourlyCount Launched { get; init; } = HourlyCount.Empty;

    /// <summary>Terminations in the last hour.</summary>
    public HourlyCount Terminated { get; init; } = HourlyCount.Empty;

    /// <summary>
    /// Instances that were told to end: a lagging listing may still show them
    /// alive, and one that does not end is asked again, later each time.
    /// </summary>
    public ImmutableArray<RecentTermination> RecentTerminations { get; init; } = [];

    /// <summary>What is remembered of instances beyond their launch; an instance of which there is nothing to say has none.</summary>
    public ImmutableArray<Member> Members { get; init; } = [];

    /// <summary>Members that were launched anew to move back to their placements in the last hour.</summary>
    public HourlyCount Moved { get; init; } = HourlyCount.Empty;

    /// <summary>Launches under way that are beyond the level, since members move: until they run, nobody ends for them.</summary>
    public int Moving { get; init; }

    /// <summary>
    /// The newest of the group's earlier revisions of which nothing is left on clouds that the group has no placement on any more: from
    /// then on nobody looks there.
    /// </summary>
    public int VacatedRevision { get; init; }

    /// <summary>
    /// Up to when the last check that looked had heard all that people and programs said of instances
    /// (<see cref="Members.MemberNote.SaidAt"/>); null where nobody had said anything.
    /// </summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>Why traffic does not reach its instances, as of the last check; null where nothing is known against it.</summary>
    public string? Unreached { get; init; }

    /// <summary>What is so with each placement; one that is missing is as if it were new.</summary>
    public ImmutableArray<PlacementState> Placements { get; init; } = [];

    /// <summary>Whether the group was on its way somewhere when last looked at, so that the next look should come soon.</summary>
    public bool IsUnsettled =>
        Placements.Any(placement => placement.MassFailure)
        || RecentTerminations.Any(termination => termination.IsUnderWay)
        || Counts is not { Pending: 0, Provisioning: 0, Terminating: 0, Warming: 0 }
        || (IsBreakerOpen && Counts.Live > 0);

    /// <summary>Whether a launch breaker is open.</summary>
    public bool IsBreakerOpen => Placements.Any(placement => placement.Breaker.IsOpen);

    /// <summary>Whether the last attempt to look or to act failed somewhere.</summary>
    public bool HasFailed => Placements.Any(placement => placement.FailuresInRow > 0);

    /// <summary>What is so with a placement.</summary>
    /// <param name="name">Which.</param>
    public PlacementState Of(string name)
    {
        foreach (var placement in Placements)
        {
            if (placement.Name == name)
            {
                return placement;
            }
        }

        return name == Placement.Only ? Fresh : new() { Name = name };
    }

    /// <summary>The state with one placement's in place of what it was.</summary>
    public GroupState With(PlacementState changed)
    {
        for (var i = 0; i < Placements.Length; i++)
        {
            if (Placements[i].Name == changed.Name)
            {
                return ReferenceEquals(Placements[i], changed) ? this : this with { Placements = Placements.SetItem(i, changed) };
            }
        }

        return this with { Placements = Placements.Add(changed) };
    }
}
