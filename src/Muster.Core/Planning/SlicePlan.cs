using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Placements;

namespace Muster.Core.Planning;

/// <summary>What a level check would do in one placement and why.</summary>
public sealed class SlicePlan
{
    internal SlicePlan(Slice slice, InstanceCounts counts, ImmutableArray<PlannedAction> actions, bool massFailure)
    {
        Slice = slice;
        Counts = counts;
        Actions = actions;
        MassFailure = massFailure;
    }

    /// <summary>What it was made of: what was seen there, and how many there are to be.</summary>
    public Slice Slice { get; }

    /// <summary>Where.</summary>
    public Placement Placement => Slice.Placement;

    /// <summary>How many there are to be.</summary>
    public int Wanted => Slice.Wanted;

    /// <summary>What was seen.</summary>
    public InstanceCounts Counts { get; }

    /// <summary>What to do and what to leave, in the order to do it.</summary>
    public ImmutableArray<PlannedAction> Actions { get; }

    /// <summary>Whether the mass-failure brake is on after this: dead instances are replaced in batches.</summary>
    public bool MassFailure { get; }

    /// <summary>Members that belong here and live elsewhere, after this; of a group with several placements.</summary>
    public int Owed { get; private set; }

    /// <summary>How it stands and what is done about it, in one sentence; of a group with several placements.</summary>
    public string Explanation { get; private set; } = "";

    /// <summary>How many living instances it terminates, or begins to drain.</summary>
    internal int LivingVictims { get; init; }

    /// <summary>How many of them run.</summary>
    internal int RunningVictims { get; init; }

    /// <summary>How many of them run and do not work.</summary>
    internal int SickVictims { get; init; }

    /// <summary>How many of them run and work, and are too old.</summary>
    internal int AgedVictims { get; init; }

    /// <summary>How many that were given up run all the same, and cost.</summary>
    internal int Lingering { get; init; }

    /// <summary>How many it may hold beyond its level, for those that are to be replaced.</summary>
    internal int Extra { get; init; }

    /// <summary>How many new launches it wants, for its level and for the warm pool.</summary>
    public int Launches => Actions.IsEmpty ? 0 : Actions.OfType<PlannedAction.Launch>().Sum(launch => launch.Count);

    /// <summary>How many of them are for its level.</summary>
    internal int LevelLaunches =>
        Actions.IsEmpty ? 0 : Actions.OfType<PlannedAction.Launch>().Sum(launch => launch.IsForPool ? 0 : launch.Count);

    /// <summary>How many it launches, or starts from the warm pool, beyond its level.</summary>
    internal int LaunchesBeyond => Math.Clamp(
        Counts.Live + Counts.Unknown + Counts.Pending + LevelLaunches + Starts - Wanted, 0, LevelLaunches + Starts);

    /// <summary>The instances that it terminates.</summary>
    public IEnumerable<Instances.Instance> Victims =>
        Actions.IsEmpty ? [] : Actions.OfType<PlannedAction.Terminate>().Select(terminate => terminate.Instance);

    /// <summary>The instances whose end it decides or carries out: those that it terminates, and those that begin to drain.</summary>
    internal IEnumerable<Instances.Instance> Ended =>
        Actions.IsEmpty ? [] : Actions.Select(action => action.Ended).OfType<Instances.Instance>();

    /// <summary>How many of them the brakes count: a decision once, and not what carries it out later.</summary>
    internal int Spent => Actions.IsEmpty ? 0
        : Actions.Count(action => action is PlannedAction.Drain or PlannedAction.Terminate { IsDrained: false }
            or PlannedAction.Rest { IsFromService: true, IsDrained: false });

    /// <summary>How many it takes from the warm pool into its level.</summary>
    internal int Starts { get; init; }

    /// <summary>How many drain and return to service, since they are missing.</summary>
    internal int Returns { get; init; }

    /// <summary>As the part of a group with several placements; for the planner, which makes it, and before anybody else sees it.</summary>
    /// <param name="owed">Members that belong here and live elsewhere.</param>
    /// <param name="explanation">How it stands.</param>
    internal SlicePlan InSpread(int owed, string explanation)
    {
        (Owed, Explanation) = (owed, explanation);
        return this;
    }
}
