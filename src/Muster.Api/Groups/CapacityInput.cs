using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>How many instances there must be.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CapacityInput
{
    /// <summary>The level to keep, within <see cref="Min"/> to <see cref="Max"/>. Required.</summary>
    public int? Desired { get; init; }

    /// <summary>Nothing may set desired below this. Left out: 0 for a new group, unchanged for another.</summary>
    public int? Min { get; init; }

    /// <summary>Nothing may set desired above this. Left out: the installation's limit for a new group, unchanged for another.</summary>
    public int? Max { get; init; }

    /// <summary>Why, for the audit trail; at most 1024 characters.</summary>
    public string? Reason { get; init; }
}
