namespace Muster.Core.Traffic;

/// <summary>What the sources of traffic of one server come to since its start.</summary>
/// <param name="Groups">Groups whose members this server takes in and out now.</param>
/// <param name="SourcesDown">Sources that gave no answer to the last call of at least one group.</param>
/// <param name="Joined">Members that were taken in.</param>
/// <param name="Drained">Members that were found empty.</param>
/// <param name="Left">Entries that were forgotten.</param>
/// <param name="Failed">Calls that failed, and are made again.</param>
public sealed record TrafficFigures(int Groups, int SourcesDown, long Joined, long Drained, long Left, long Failed);
