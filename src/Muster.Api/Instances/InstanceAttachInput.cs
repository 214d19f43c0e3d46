using System.Text.Json.Serialization;

namespace Muster.Api.Instances;

/// <summary>Which group takes a machine in.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InstanceAttachInput
{
    /// <summary>The group, by id or name. Required.</summary>
    public string? Group { get; init; }

    /// <summary>In the author's words, for the group's activity.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}
