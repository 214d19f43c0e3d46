using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Placements;

namespace Muster.Core.Planning;

/// <summary>What a level check would do in one placement and why.</summary>
public sealed class SlicePlan
{
    internal SlicePlan(Placement placement, int wanted, InstanceCounts counts, ImmutableArray<PlannedAction> actions, bool massFailure)
    {
        Placement = placement;
        Wanted = wanted;
        Counts = counts;
        Actions = actions;
        MassFailure = massFailure;
    }

    /// <summary>Where.</summary>
    public Placement Placement { get; }

    /// <summary>How many there are to be.</summary>
    public int Wanted { get; }

    /// <summary>What was seen.</summary>
    public InstanceCounts Counts { get; }

    /// <summary>What to do and what to leave, in the order to do it.</summary>
    public ImmutableArray<PlannedAction> Actions { get; }

    /// <summary>Whether the mass-failure brake is on after this: dead instances are replaced in batches.</summary>
    public bool MassFailure { get; }

    /// <summary>How many new launches it wants.</summary>
    public int Launches => Actions.OfType<PlannedAction.Launch>().Sum(launch => launch.Count);

    /// <summary>The instances that it terminates.</summary>
    public IEnumerable<Instances.Instance> Victims => Actions.OfType<PlannedAction.Terminate>().Select(terminate => terminate.Instance);
}
