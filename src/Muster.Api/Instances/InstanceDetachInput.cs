using System.Text.Json.Serialization;

namespace Muster.Api.Instances;

/// <summary>How an instance is let go.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InstanceDetachInput
{
    /// <summary>In the author's words, for the group's activity.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>
    /// Whether the group's desired capacity stays, so that another is launched in its place; when left out or false, it goes down by one.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? KeepCapacity { get; init; }
}
