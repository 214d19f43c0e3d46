using System.Globalization;

using Muster.Cli.Terminals;

namespace Muster.Cli.Scaling.Assigned;

/// <summary>Where a check runs and what it was started for, as whoever started it says.</summary>
/// <param name="Node">The machine.</param>
/// <param name="Allocation">Nomad's allocation; null elsewhere.</param>
/// <param name="DueAt">When it was to start; null where nobody says.</param>
internal sealed record TaskPlace(string Node, string? Allocation, DateTimeOffset? DueAt)
{
    /// <summary>The variable with the machine's name in the cluster.</summary>
    public const string NodeVariable = "MUSTER_NODE";

    private const string Child = "/periodic-";

    /// <summary>Reads it from the environment.</summary>
    /// <remarks>A child of a periodic job ends with the Unix second of its tick. One that was forced has that of the force.</remarks>
    public static TaskPlace Of(Terminal terminal) => new(
        Given(terminal, NodeVariable) ?? Environment.MachineName,
        Given(terminal, "NOMAD_ALLOC_ID"),
        DueIn(Given(terminal, "NOMAD_JOB_ID")));

    private static DateTimeOffset? DueIn(string? job)
    {
        var child = job?.LastIndexOf(Child, StringComparison.Ordinal) ?? -1;
        return child >= 0
            && long.TryParse(job.AsSpan(child + Child.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }

    private static string? Given(Terminal terminal, string variable) =>
        terminal.Environment(variable) is { Length: > 0 } value ? value : null;
}
