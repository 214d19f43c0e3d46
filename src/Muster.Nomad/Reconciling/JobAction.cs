using Muster.Nomad.Jobs;

namespace Muster.Nomad.Reconciling;

/// <summary>One thing to do to Nomad. Closed: the private constructor admits only the kinds nested here.</summary>
public abstract record JobAction
{
    private JobAction()
    {
    }

    /// <summary>Which job or child.</summary>
    public required string Id { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>Make the job, or make it what it should be.</summary>
    /// <param name="Job">What it should be.</param>
    /// <param name="ModifyIndex">The index it was seen at; 0 when it was not seen.</param>
    public sealed record Register(WantedJob Job, ulong ModifyIndex) : JobAction;

    /// <summary>Remove a job that nothing is left to check for. Its children go on, and are purged when they end.</summary>
    /// <param name="IsDouble">Whether it is one too many for something that is still checked.</param>
    public sealed record Remove(bool IsDouble) : JobAction;

    /// <summary>Purge a child that no client could run: the timer of its job would be held up for ever.</summary>
    /// <param name="Key">Whose.</param>
    public sealed record Unblock(JobKey Key) : JobAction;

    /// <summary>Stop a child that runs far longer than it may.</summary>
    /// <param name="Key">Whose.</param>
    public sealed record Stop(JobKey Key) : JobAction;

    /// <summary>Purge a child that has ended.</summary>
    public sealed record Purge : JobAction;
}
