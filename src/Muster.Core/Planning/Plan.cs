using System.Collections.Immutable;

using Muster.Core.Groups;

namespace Muster.Core.Planning;

/// <summary>What a level check would do and why. A value: making it does nothing.</summary>
/// <remarks>
/// Nobody edits a plan, and only <see cref="Planner"/> makes one: whoever must leave something out plans again, with that as an input, so
/// that what is explained and concluded is what is done.
/// </remarks>
public sealed class Plan
{
    internal Plan(int level, InstanceCounts counts, ImmutableArray<PlannedAction> actions, bool massFailure, string explanation)
    {
        Level = level;
        Counts = counts;
        Actions = actions;
        MassFailure = massFailure;
        Explanation = explanation;
    }

    /// <summary>The level that is wanted.</summary>
    public int Level { get; }

    /// <summary>What was seen.</summary>
    public InstanceCounts Counts { get; }

    /// <summary>What to do and what to leave, in the order to do it.</summary>
    public ImmutableArray<PlannedAction> Actions { get; }

    /// <summary>Whether the mass-failure brake is on after this: dead instances are replaced in batches.</summary>
    public bool MassFailure { get; }

    /// <summary>The whole in one sentence: <c>3 wanted, 2 running, 1 launch pending: nothing to do</c>.</summary>
    public string Explanation { get; }

    /// <summary>What is wanted and left undone, and why.</summary>
    public IEnumerable<PlannedAction.Hold> Holds => Actions.OfType<PlannedAction.Hold>();

    /// <summary>Whether something would be done to the cloud.</summary>
    public bool Acts => Actions.Any(action => action is PlannedAction.Launch or PlannedAction.Resume or PlannedAction.Terminate);

    /// <summary>The instances that it terminates.</summary>
    public IEnumerable<Instances.Instance> Victims => Actions.OfType<PlannedAction.Terminate>().Select(terminate => terminate.Instance);

    /// <summary>How many new launches it wants.</summary>
    public int Launches => Actions.OfType<PlannedAction.Launch>().Sum(launch => launch.Count);
}
