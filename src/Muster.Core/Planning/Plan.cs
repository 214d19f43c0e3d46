using System.Collections.Immutable;

using Muster.Core.Groups;

namespace Muster.Core.Planning;

/// <summary>What a level check would do and why. A value: making it does nothing.</summary>
public sealed record Plan
{
    /// <summary>The level that is wanted.</summary>
    public required int Level { get; init; }

    /// <summary>What was seen.</summary>
    public required InstanceCounts Counts { get; init; }

    /// <summary>What to do and what to leave, in the order to do it.</summary>
    public required ImmutableArray<PlannedAction> Actions { get; init; }

    /// <summary>Whether the mass-failure brake is on after this: dead instances are replaced in batches.</summary>
    public bool MassFailure { get; init; }

    /// <summary>The whole in one sentence: <c>3 wanted, 2 running, 1 launch pending: nothing to do</c>.</summary>
    public required string Explanation { get; init; }

    /// <summary>What is wanted and left undone, and why.</summary>
    public IEnumerable<PlannedAction.Hold> Holds => Actions.OfType<PlannedAction.Hold>();

    /// <summary>Whether something would be done to the cloud.</summary>
    public bool Acts => Actions.Any(action => action is PlannedAction.Launch or PlannedAction.Resume or PlannedAction.Terminate);
}
