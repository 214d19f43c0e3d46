using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>Which evacuated placement to use again.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RestoreInput
{
    /// <summary>The placement's name. Required.</summary>
    public string? Placement { get; init; }

    /// <summary>Why, for the audit trail; at most 1024 characters.</summary>
    public string? Reason { get; init; }
}
