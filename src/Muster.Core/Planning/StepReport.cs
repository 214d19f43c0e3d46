using System.Collections.Immutable;

namespace Muster.Core.Planning;

/// <summary>What one step of planning comes to.</summary>
/// <param name="Actions">What to do and what to leave, in the order to do it.</param>
internal sealed record StepReport(ImmutableArray<PlannedAction> Actions)
{
    /// <summary>Nothing to do and nothing to leave.</summary>
    public static StepReport Nothing { get; } = new([]);

    /// <summary>One thing that is wanted and not done yet.</summary>
    public static StepReport Held(DateTimeOffset? recheckAt, string reason) => new([new PlannedAction.Hold(recheckAt) { Reason = reason }]);
}
