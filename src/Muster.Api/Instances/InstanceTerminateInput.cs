using System.Text.Json.Serialization;

namespace Muster.Api.Instances;

/// <summary>How an instance is ended.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InstanceTerminateInput
{
    /// <summary>In the author's words, for the group's activity.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>
    /// Whether the group's desired capacity goes down by one with it; false when left out: another is launched in its place.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Shrink { get; init; }
}
