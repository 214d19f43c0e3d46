using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Simulator;

/// <summary>Recorded exchanges that the simulated Nomad does not answer alike, each with its reason.</summary>
internal static class LeftOut
{
    private static readonly (string Part, string Reason)[] Reasons =
    [
        ("/v1/allocations ", "the recorded prefix is of an id that is another one here"),
        ("fail-restart", "nothing restarts here: Muster's jobs forbid it"),
        ("fail-resched", "nothing is rescheduled here: Muster's jobs forbid it"),
        ("%{ if }", "templates are not carried out; Muster's jobs escape them"),
        ("16-interpolation #15 ", "the output of the one before"),
        ("16-interpolation #14 ", "the one before it"),
        ("dereg-b", "it runs by its timer, and what was seen depended on the second: TimerTests has it"),
    ];

    /// <summary>Why it is left out; null when it is not.</summary>
    public static string? For(Exchange exchange) => exchange.Status == 301
        ? "the web framework of the real one folds such paths; Muster's ids make none"
        : Reasons.FirstOrDefault(reason => exchange.Name.Contains(reason.Part, StringComparison.Ordinal) || exchange.Query.Contains(reason.Part, StringComparison.Ordinal)
            || exchange.BodyText?.Contains($"\"ID\":\"{reason.Part}", StringComparison.Ordinal) is true).Reason;
}
