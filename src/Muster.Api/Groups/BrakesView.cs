using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>Bounds on what Muster may do to one group.</summary>
public sealed record BrakesView
{
    /// <summary>Launch calls in flight at once.</summary>
    public required int LaunchesInFlightMax { get; init; }

    /// <summary>Launches one level check may start.</summary>
    public required int LaunchesPerCheckMax { get; init; }

    /// <summary>Terminations one level check may start.</summary>
    public required int TerminationsPerCheckMax { get; init; }

    /// <summary>Launches in any hour.</summary>
    public required int LaunchesPerHourMax { get; init; }

    /// <summary>Most that the group may cost an hour, in the currency of the prices. Left out where there is no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? SpendPerHourMax { get; init; }

    /// <summary>Terminations in any hour.</summary>
    public required int TerminationsPerHourMax { get; init; }
}
