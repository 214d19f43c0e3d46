using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>How many instances there must be.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CapacityInput
{
    /// <summary>The level to keep, from min to max. Required for a new group; left out, it is unchanged for another.</summary>
    public int? Desired { get; init; }

    /// <summary>Nothing may set desired below this. Left out: 0 for a new group, unchanged for another.</summary>
    public int? Min { get; init; }

    /// <summary>Nothing may set desired above this. Left out: the installation's limit for a new group, unchanged for another.</summary>
    public int? Max { get; init; }

    /// <summary>
    /// Seconds for which policies and schedules leave the level as it is set here; 0 gives it back to them. Left out, it is given back.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? HoldS { get; init; }

    /// <summary>Why, for the audit trail; at most 1024 characters.</summary>
    public string? Reason { get; init; }
}
