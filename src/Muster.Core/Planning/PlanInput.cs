using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Prices;
using Muster.Core.Traffic;

namespace Muster.Core.Planning;

/// <summary>All that a plan depends on: the same input gives the same plan.</summary>
public sealed record PlanInput
{
    /// <summary>What the user wants.</summary>
    public required Group Group { get; init; }

    /// <summary>The engine's memory of the group: brakes and recent acts, and the same of each placement.</summary>
    public required GroupState State { get; init; }

    /// <summary>
    /// The group's parts, each with what was seen of it; at least one, in the order in which they may spend what the group's brakes allow.
    /// </summary>
    public required ImmutableArray<Slice> Slices { get; init; }

    /// <summary>What people and sources of health say of the group's instances; of most groups nothing.</summary>
    public ImmutableArray<MemberNote> Notes { get; init; } = [];

    /// <summary>How busy instances are said to be; none but of groups whose scale-in order asks for it.</summary>
    public ImmutableArray<InstanceLoad> Loads { get; init; } = [];

    /// <summary>Why traffic does not reach the group's instances; null where nothing is known against it. Changes no plan.</summary>
    public TrafficWord? Traffic { get; init; }

    /// <summary>How the level is shared among the slices; null for a group with one slice, which says itself how many it wants.</summary>
    public Spread? Spread { get; init; }

    /// <summary>What prices are in; null where there is no price at all.</summary>
    public string? Currency { get; init; }

    /// <summary>What the account may spend; null where nobody limits it.</summary>
    public AccountSpend? Account { get; init; }

    /// <summary>
    /// What the group may come to cost an hour by what this check has set aside of what the account may spend; null where it has set
    /// nothing aside yet.
    /// </summary>
    public decimal? SetAside { get; init; }

    /// <summary>New launches that this check has made already: they are a part of what one check may.</summary>
    public int LaunchesMade { get; init; }

    /// <summary>How many there are to be, of all parts together.</summary>
    public int Level => Spread?.Level ?? Slices.Sum(slice => slice.Wanted);

    /// <summary>When something else is wanted by itself, since a claim ends or a heartbeat stops; null for never.</summary>
    public DateTimeOffset? ChangesAt { get; init; }

    /// <summary>The one instant that all rules see.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>
    /// When the last check concluded how many places were filled; null before the first. Who has begun to drain since counted then.
    /// </summary>
    public DateTimeOffset? ConcludedAt { get; init; }

    /// <summary>Whether this is the second look, so that what it shows is believed.</summary>
    public bool LookedAgain { get; init; }

    /// <summary>What is remembered of orders to end in a slice's cloud.</summary>
    internal ImmutableArray<RecentTermination> TerminationsOf(Slice slice) => Slices.Length == 1 || State.RecentTerminations.IsEmpty
        ? State.RecentTerminations
        : State.RecentTerminations.RemoveAll(one => (one.Cloud ?? Home) != slice.Placement.Cloud);

    /// <summary>Who was told to end in a slice's cloud, and is believed to; null where nobody was.</summary>
    /// <remarks>A lagging listing may still show them alive: they must not be counted, nor picked again.</remarks>
    internal HashSet<InstanceId>? EndingIn(Slice slice)
    {
        var terminations = TerminationsOf(slice);
        return terminations.IsEmpty
            ? null
            : terminations.Where(termination => termination.IsBelieved).Select(termination => termination.Instance).ToHashSet();
    }

    /// <summary>What is remembered, and what others say, of members in a slice's cloud.</summary>
    internal Roster RosterOf(Slice slice) => Roster.Of(
        Slices.Length == 1 || State.Members.IsEmpty
            ? State.Members
            : State.Members.RemoveAll(one => (one.Cloud ?? Home) != slice.Placement.Cloud),
        NotesOn(slice.Placement.Cloud));

    /// <summary>What others say of instances on a cloud.</summary>
    internal ImmutableArray<MemberNote> NotesOn(string cloud) =>
        Notes.IsEmpty ? [] : Notes.RemoveAll(note => note.Cloud != cloud);

    /// <summary>The cloud of what was written down while the group lived on one: the first placement's.</summary>
    private string Home => Slices[0].Placement.Cloud;

    /// <summary>What keeps the check from doing anything at all, in words; null for nothing. What it would have done is told.</summary>
    public string? Obstacle { get; init; }
}
