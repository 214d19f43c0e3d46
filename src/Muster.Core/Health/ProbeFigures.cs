using System.Collections.Immutable;

namespace Muster.Core.Health;

/// <summary>What the probes of one server come to since its start.</summary>
/// <param name="Targets">Instances that are probed now.</param>
/// <param name="InFlight">Probes that have begun and not ended.</param>
/// <param name="Made">Probes that ended with a verdict.</param>
/// <param name="Failed">Of them those that failed.</param>
/// <param name="NotMade">Probes that could not be made, which says nothing of the instance.</param>
/// <param name="Late">Probes that began more than a second after their time.</param>
/// <param name="Connections">Connections opened.</param>
/// <param name="NotesFailed">Writes of what was found that failed, and are made again.</param>
public sealed record ProbeFigures(
    int Targets, int InFlight, long Made, long Failed, long NotMade, long Late, long Connections, long NotesFailed)
{
    /// <summary>
    /// Probes that failed or could not be made, by <see cref="ProbeReason"/>: one count for each of its values, in their order.
    /// </summary>
    public required ImmutableArray<long> ByReason { get; init; }

    /// <summary>
    /// Findings on the instances that this server's looks show, by <see cref="Verdict"/>: one count for each of its values, in their order.
    /// Each source on each instance is one; the cloud's word is none.
    /// </summary>
    public required ImmutableArray<int> Findings { get; init; }
}
