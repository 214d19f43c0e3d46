using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>What a level check would do and why. A value: making it does nothing.</summary>
/// <remarks>
/// Nobody edits a plan, and only <see cref="Planner"/> makes one: code that must leave something out plans again, with that as an input, so
/// that what is explained and concluded is what is done.
/// </remarks>
public sealed class Plan
{
    internal Plan(
        ImmutableArray<SlicePlan> slices, ImmutableArray<PlannedAction.Hold> holds, int level, InstanceCounts counts, string explanation)
    {
        Slices = slices;
        Level = level;
        Counts = counts;
        Explanation = explanation;
        Actions = slices.Length == 1 && holds.IsEmpty ? slices[0].Actions
            : holds.IsEmpty && slices.All(slice => slice.Actions.IsEmpty) ? []
            : [.. slices.SelectMany(slice => slice.Actions), .. holds];
    }

    /// <summary>What each part of the group comes to, in the order of the slices.</summary>
    public ImmutableArray<SlicePlan> Slices { get; }

    /// <summary>The level that is wanted, of all parts together.</summary>
    public int Level { get; }

    /// <summary>What was seen, of all parts together.</summary>
    public InstanceCounts Counts { get; }

    /// <summary>
    /// What to do and what to leave, part after part, each in the order to do it; at the end, what the group as a whole leaves.
    /// </summary>
    public ImmutableArray<PlannedAction> Actions { get; }

    /// <summary>New launches beyond the level, for members that move.</summary>
    public int Moves { get; init; }

    /// <summary>The whole in one sentence: <c>3 wanted, 2 running, 1 launch pending: nothing to do</c>.</summary>
    public string Explanation { get; }

    /// <summary>What is wanted and left undone, and why.</summary>
    public IEnumerable<PlannedAction.Hold> Holds => Actions.IsEmpty ? [] : Actions.OfType<PlannedAction.Hold>();

    /// <summary>Whether something would be done to a cloud.</summary>
    public bool Acts => Actions.Any(action => action is PlannedAction.Launch or PlannedAction.Resume
        or PlannedAction.Terminate or PlannedAction.Drain or PlannedAction.Return or PlannedAction.Rest or PlannedAction.Start);

    /// <summary>The instances that it terminates.</summary>
    public IEnumerable<Instances.Instance> Victims => Actions.OfType<PlannedAction.Terminate>().Select(terminate => terminate.Instance);

    /// <summary>The instances that begin to drain.</summary>
    public IEnumerable<Instances.Instance> Drained => Actions.OfType<PlannedAction.Drain>().Select(drain => drain.Instance);

    /// <summary>The instances that drain and return to service.</summary>
    public IEnumerable<Instances.Instance> Returned => Actions.OfType<PlannedAction.Return>().Select(back => back.Instance);

    /// <summary>The instances that go to rest, and did serve or drain.</summary>
    public IEnumerable<Instances.Instance> Rested =>
        Actions.OfType<PlannedAction.Rest>().Where(rest => rest.IsFromService).Select(rest => rest.Instance);

    /// <summary>How many new launches it wants, for its level and for the warm pool.</summary>
    public int Launches => Actions.OfType<PlannedAction.Launch>().Sum(launch => launch.Count);

    /// <summary>How many of them are for its level.</summary>
    public int LevelLaunches => Actions.OfType<PlannedAction.Launch>().Sum(launch => launch.IsForPool ? 0 : launch.Count);
}
