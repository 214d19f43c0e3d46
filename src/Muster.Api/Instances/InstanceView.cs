using System.Text.Json.Serialization;

namespace Muster.Api.Instances;

/// <summary>An instance as its cloud shows it now.</summary>
public sealed record InstanceView
{
    /// <summary>The cloud's own id.</summary>
    public required string Id { get; init; }

    /// <summary>The name it was launched with.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// <c>provisioning</c>, <c>running</c>, <c>stopped</c>, <c>failed</c>, <c>terminating</c> or <c>unknown</c>; <c>leaving</c> while it
    /// works and the cloud will take it back within 15 minutes: it is replaced then.
    /// </summary>
    public required string State { get; init; }

    /// <summary>When the cloud will take it back. Left out where the cloud has given no notice.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LeavingAt { get; init; }

    /// <summary>The cloud's own word for the state, and why where it says so.</summary>
    public string? StateDetail { get; init; }

    /// <summary>The template it was made from; null when its tag tells nothing.</summary>
    public Guid? TemplateId { get; init; }

    /// <summary>
    /// The group's placement to which it counts; <c>earlier@</c> and the cloud's name where it is left from earlier placements. Left out
    /// for a group with a template alone.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Placement { get; init; }

    /// <summary>The cloud's zone in which it is. Left out where the cloud tells none and none was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Zone { get; init; }

    /// <summary>When the cloud made it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Where it is reached, best first.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>What only this kind of cloud tells; for <c>local</c>: <c>pid</c>, <c>port</c>.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>Every tag it carries.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }
}
