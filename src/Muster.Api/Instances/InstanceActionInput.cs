using System.Text.Json.Serialization;

namespace Muster.Api.Instances;

/// <summary>Why something is done to an instance.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InstanceActionInput
{
    /// <summary>In the author's words, for the group's activity.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}
