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

    /// <summary>Files of which only a part is replayed: which numbers, and why the others are not.</summary>
    private static readonly Dictionary<string, (int[] Kept, string Reason)> Parts = new()
    {
        ["09-overlap-and-timer"] = (
            [0, 2, 3, 6, 8, 10, 12, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24],
            "how many children there are depends on the second: TimerTests has overlap and timer"),
        ["11-logs"] = ([8, 9, 11, 12, 13], "what the run did was not recorded: LogTests has plain text, frames and offsets"),
        ["12-logs-after-gc"] = ([2, 3], "the run was not recorded: LogTests has what is said of one that the client forgot"),
        ["13-blocking-queries"] = ([9, 10, 11, 15], "what woke the queries was not recorded: WaitingTests has it"),
        ["15-job-ids"] =
            ([3, 7, 11, 15, 19, 23, 27, 31, 35, 44, 48, 52, 58, 62, 64], "the registrations were not recorded: OddIdsTests has the ids"),
        ["18-artifact"] = ([0, 2, 4, 6, 8, 10, 12, 13, 14, 16, 18, 20, 22, 23, 25, 26], "nothing is downloaded here"),
        ["19-template"] = ([0, 2, 4, 6, 8, 10, 12, 14, 16, 17, 19], "templates are not carried out here"),
        ["21-server-restart"] = ([0, 1, 2, 5, 6], "it is not restarted with its state: what is missed while it is away is gone"),
        ["24-update-while-running"] = ([0, 1, 3, 4, 5, 7], "forces between the recorded requests were not recorded: UpdateTests has it"),
    };

    /// <summary>Why it is left out; null when it is not.</summary>
    public static string? For(Exchange exchange) => Parts.TryGetValue(exchange.File, out var part) && !part.Kept.Contains(exchange.Number)
        ? part.Reason
        : exchange.Status == 301
        ? "the web framework of the real one folds such paths; Muster's ids make none"
        : Reasons.FirstOrDefault(reason => exchange.Name.Contains(reason.Part, StringComparison.Ordinal)
            || exchange.Query.Contains(reason.Part, StringComparison.Ordinal)
            || exchange.BodyText?.Contains($"\"ID\":\"{reason.Part}", StringComparison.Ordinal) is true).Reason;
}
