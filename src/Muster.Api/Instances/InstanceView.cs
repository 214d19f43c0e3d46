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

    /// <summary>
    /// Where it is in its life: <c>launching</c> (its cloud makes it), <c>booting</c> (it runs and is not in service yet),
    /// <c>in-service</c>, <c>out-of-service</c> (it runs and does not work), <c>standby</c>, <c>draining</c> (it is to end, and its drain
    /// or a hook holds it), <c>attaching</c> and <c>detaching</c> (it comes or goes alive, and does not count), <c>warming</c> (on its way
    /// into the warm pool), <c>warm</c> (at rest there), <c>terminating</c>, <c>dead</c> (it exists and does not run) or <c>unknown</c>.
    /// </summary>
    public required string Phase { get; init; }

    /// <summary>
    /// What all findings come to: <c>healthy</c>, <c>unhealthy</c> or <c>unknown</c>. One source that is sure of the worst is enough.
    /// </summary>
    public required string Health { get; init; }

    /// <summary>What each source says of its health, the cloud first.</summary>
    public required IReadOnlyList<FindingView> Findings { get; init; }

    /// <summary>Whether no plan ends it: somebody protects it here, or its cloud does.</summary>
    public required bool Protected { get; init; }

    /// <summary>Whether it is taken out of the group's count for a while, and left alone.</summary>
    public required bool Standby { get; init; }

    /// <summary>
    /// The hooks and the drain that it waits for, or has waited for, on this side of its life. Left out where there are none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GateView>? Gates { get; init; }

    /// <summary>The id of its group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>The name of its group.</summary>
    public required string Group { get; init; }

    /// <summary>The configured name of its cloud.</summary>
    public required string Cloud { get; init; }

    /// <summary>What follows from what was just asked, in a sentence. Only in answers to that.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

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

    /// <summary>
    /// How busy it is, by the figures that its group's scale-in order <c>least-busy</c> goes by. Left out of other groups, and where nobody
    /// says: then it counts as busiest.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Load { get; init; }

    /// <summary>
    /// When its lifetime is over, and its turn to be replaced comes. Left out where its group sets no <c>lifetime_max_s</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LifetimeEndsAt { get; init; }

    /// <summary>Where it is reached, best first.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>What only this kind of cloud tells; for <c>local</c>: <c>pid</c>, <c>port</c>.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>Every tag it carries.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }
}
