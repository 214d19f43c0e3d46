using System.Collections.Immutable;

using Muster.Cli.Exits;
using Muster.Core;
using Muster.Core.Checks;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Cli.Scaling.Assigned;

/// <summary>What became of a check that was handed out.</summary>
/// <param name="Groups">What became of each group that it came to.</param>
/// <param name="Failure">Why it broke off as a whole; null when it did not.</param>
/// <param name="StartedAt">When it started, by the store's clock.</param>
/// <param name="Duration">For how long.</param>
internal sealed record TaskRun(ImmutableArray<SweptGroup> Groups, Exception? Failure, DateTimeOffset StartedAt, TimeSpan Duration)
{
    /// <summary>Longer ones are cut: a cloud's words may be a page.</summary>
    private const int ReasonMax = 1000;

    /// <summary>How the program ends.</summary>
    public ExitCode CodeOf(TaskStop stop) =>
        Failure is OperationCanceledException ? (stop.IsLate ? ExitCode.NotReached : ExitCode.Interrupted)
        : Failure is StoreException { Kind: StoreErrorKind.Unavailable or StoreErrorKind.Ambiguous } ? ExitCode.Unreachable
        : Failure is not null ? ExitCode.Error
        : Groups.Any(group => group.Failure is not null) ? ExitCode.Error
        : stop.Stopping.IsCancellationRequested ? (stop.IsLate ? ExitCode.NotReached : ExitCode.Interrupted)
        : Groups.Any(group => group.Report!.Outcome is CheckOutcome.Held or CheckOutcome.Failed) ? ExitCode.LevelNotRestored
        : ExitCode.Ok;

    /// <summary>A failure in a sentence.</summary>
    public static string WordsOf(Exception failure, TaskStop stop) => failure is not OperationCanceledException ? failure.Message
        : stop.IsLate ? "the check did not end in its time; what was in flight is found again by the next one"
        : "the check was stopped; what was in flight is found again by the next one";

    /// <summary>What the server is to keep of it.</summary>
    /// <param name="lone">
    /// The one group that it was for, which is told of however it ended; null for a sweep, of which idle groups are not told.
    /// </param>
    /// <param name="place">Where it ran.</param>
    /// <param name="code">How the program ends.</param>
    /// <param name="random">For ids.</param>
    /// <param name="stop">Why it may have ended.</param>
    public IEnumerable<CheckRun> Reports(GroupId? lone, TaskPlace place, ExitCode code, IRandomSource random, TaskStop stop)
    {
        foreach (var group in Groups.Where(group => lone is not null || group.Report is not { Outcome: CheckOutcome.Idle }))
        {
            yield return Run(
                group.Group,
                group.Report?.Outcome,
                group.Report is { } report ? report.Plan?.Explanation ?? report.State.Reason : group.Failure!.Message);
        }

        if (lone is { } broken && Failure is not null)
        {
            yield return Run(broken, outcome: null, WordsOf(Failure, stop));
        }

        CheckRun Run(GroupId group, CheckOutcome? outcome, string reason) => new()
        {
            Id = random.NextId(),
            Group = group,
            Where = place.Node,
            Allocation = place.Allocation,
            DueAt = place.DueAt,
            StartedAt = StartedAt,
            Duration = Duration,
            Outcome = outcome,
            ExitCode = (int)code,
            Reason = reason.Length <= ReasonMax ? reason : reason[..ReasonMax],
        };
    }
}
