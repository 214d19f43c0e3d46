using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>One thing a plan wants done, or wants left alone. Closed: the private constructor admits only the kinds nested here.</summary>
public abstract record PlannedAction
{
    private PlannedAction()
    {
    }

    /// <summary>Why, in words an operator can act on; printed with the plan and kept in the activity.</summary>
    public required string Reason { get; init; }

    /// <summary>Launch this many new instances.</summary>
    /// <param name="Count">At least 1.</param>
    public sealed record Launch(int Count) : PlannedAction;

    /// <summary>Ask the cloud again, with the same launch id, about a launch whose outcome nobody knows.</summary>
    /// <param name="Id">Which launch.</param>
    public sealed record Resume(LaunchId Id) : PlannedAction;

    /// <summary>Terminate one instance.</summary>
    /// <param name="Instance">Which, as it was seen.</param>
    public sealed record Terminate(Instance Instance) : PlannedAction;

    /// <summary>Something is wanted and not done yet: a brake, a suspension.</summary>
    /// <param name="RecheckAt">When it may change by itself; null when only a person or a change can end it.</param>
    public sealed record Hold(DateTimeOffset? RecheckAt) : PlannedAction;

    /// <summary>Look again before believing it: most of the group looks dead at once.</summary>
    public sealed record LookAgain : PlannedAction;
}
