using System.Diagnostics;

using Muster.Api.Groups;
using Muster.Core.Checks;

namespace Muster.Server.Checks;

/// <summary>Runs of checks as they go over the wire.</summary>
internal static class CheckRunViews
{
    public static CheckRunView View(CheckRun run) => new()
    {
        Where = run.Where,
        Allocation = run.Allocation,
        DueAt = run.DueAt,
        StartedAt = run.StartedAt,
        LatenessMs = run.Lateness?.TotalMilliseconds,
        DurationMs = run.Duration.TotalMilliseconds,
        Outcome = Word(run.Outcome),
        ExitCode = run.ExitCode,
        Reason = run.Reason,
    };

    public static string Word(CheckOutcome? outcome) => outcome switch
    {
        CheckOutcome.Idle => "idle",
        CheckOutcome.Acted => "acted",
        CheckOutcome.Held => "held",
        CheckOutcome.Failed => "failed",
        CheckOutcome.Yielded => "yielded",
        null => "broke_off",
        _ => throw new UnreachableException($"outcome {outcome}"),
    };
}
