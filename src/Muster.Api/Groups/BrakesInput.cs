using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>Bounds on what Muster may do to one group; what is left out keeps its default, or stays as it is.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BrakesInput
{
    /// <summary>Launch calls in flight at once; 1 to 100.</summary>
    public int? LaunchesInFlightMax { get; init; }

    /// <summary>Launches one level check may start; 1 to 1000.</summary>
    public int? LaunchesPerCheckMax { get; init; }

    /// <summary>Terminations one level check may start; 1 to 1000.</summary>
    public int? TerminationsPerCheckMax { get; init; }

    /// <summary>Launches in any hour; 1 to 10000.</summary>
    public int? LaunchesPerHourMax { get; init; }

    /// <summary>Most that the group may cost an hour, in the currency of the prices; 0 for no limit.</summary>
    public decimal? SpendPerHourMax { get; init; }

    /// <summary>Terminations in any hour; 1 to 10000.</summary>
    public int? TerminationsPerHourMax { get; init; }
}
