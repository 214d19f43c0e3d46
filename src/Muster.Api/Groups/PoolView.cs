using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>A warm pool: what rests beside a group's level, and is started before anything new is launched.</summary>
public sealed record PoolView
{
    /// <summary>How many rest: a number, or a percentage of the level.</summary>
    public required string Size { get; init; }

    /// <summary>How they rest: <c>stopped</c> or <c>suspended</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Whether instances beyond the level go to rest while the pool is short, and are not terminated.</summary>
    public required bool TakesSurplus { get; init; }

    /// <summary>Seconds after which another takes the place of one that rests. Left out where they become as old as they will.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AgeMaxS { get; init; }
}
