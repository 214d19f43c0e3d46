using System.Text.Json.Serialization;

namespace Muster.Api.Instances;

/// <summary>What a hook is told about an instance that waits for it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record HookAnswerInput
{
    /// <summary>
    /// <c>continue</c>, <c>abandon</c> (at launch the instance is terminated; at termination it ends at once, whatever else it waits for)
    /// or <c>extend</c>. Required.
    /// </summary>
    public string? Result { get; init; }

    /// <summary>
    /// Only with <c>extend</c>: seconds from now, 1 to 172800, for which it waits; once more its time-out when left out. The deadline never
    /// moves back, and never further than 48 hours, or 100 time-outs, from when it began.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ForS { get; init; }

    /// <summary>In the author's words, for the group's activity.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}
