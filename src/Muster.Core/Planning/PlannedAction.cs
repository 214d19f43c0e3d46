using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>One thing a plan wants done, or wants left alone. Closed: the private constructor admits only the kinds nested here.</summary>
public abstract record PlannedAction
{
    private PlannedAction()
    {
    }

    /// <summary>The instance whose end this decides or carries out; null of all else.</summary>
    internal Instance? Ended => this switch
    {
        Terminate end => end.Instance,
        Drain end => end.Instance,
        Rest { IsFromService: true } end => end.Instance,
        _ => null,
    };

    /// <summary>Why, in words an operator can act on; printed with the plan and kept in the activity.</summary>
    public required string Reason { get; init; }

    /// <summary>Launch this many new instances.</summary>
    /// <param name="Count">At least 1.</param>
    public sealed record Launch(int Count) : PlannedAction
    {
        /// <summary>Whether they are for the warm pool, and not for the level.</summary>
        public bool IsForPool { get; init; }
    }

    /// <summary>Ask the cloud again, with the same launch id, about a launch whose outcome nobody knows.</summary>
    /// <param name="Id">Which launch.</param>
    public sealed record Resume(LaunchId Id) : PlannedAction;

    /// <summary>Terminate one instance.</summary>
    /// <param name="Instance">Which, as it was seen.</param>
    public sealed record Terminate(Instance Instance) : PlannedAction
    {
        /// <summary>Whether it was decided before, when it began to drain: it is spent already.</summary>
        public bool IsDrained { get; init; }
    }

    /// <summary>Begin to drain one instance: from now on it counts no more, and it is terminated when its gates have let it go.</summary>
    /// <param name="Instance">Which, as it was seen.</param>
    public sealed record Drain(Instance Instance) : PlannedAction;

    /// <summary>Return one instance to service that drains: its end is not wanted any more.</summary>
    /// <param name="Instance">Which, as it was seen.</param>
    public sealed record Return(Instance Instance) : PlannedAction;

    /// <summary>Put one instance to rest in the warm pool: from now on it counts no more.</summary>
    /// <param name="Instance">Which, as it was seen.</param>
    public sealed record Rest(Instance Instance) : PlannedAction
    {
        /// <summary>Whether it served until now, or drains: its end as a member of the level.</summary>
        public bool IsFromService { get; init; }

        /// <summary>Whether that was decided before, when it began to drain: it is spent already.</summary>
        public bool IsDrained { get; init; }
    }

    /// <summary>Take one instance of the warm pool into the level: started where it rests, and as it is where it is up.</summary>
    /// <param name="Instance">Which, as it was seen.</param>
    public sealed record Start(Instance Instance) : PlannedAction
    {
        /// <summary>Whether its cloud has to be called.</summary>
        public bool IsResting => Instance.Warmth is not Instances.Warmth.Ready;
    }

    /// <summary>Something is wanted and not done yet: a brake, a suspension.</summary>
    /// <param name="RecheckAt">When it may change by itself; null when only a person or a change can end it.</param>
    public sealed record Hold(DateTimeOffset? RecheckAt) : PlannedAction;

    /// <summary>Look again before believing it: most of the group looks dead at once.</summary>
    public sealed record LookAgain : PlannedAction;
}
