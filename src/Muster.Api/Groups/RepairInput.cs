using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>What is done about instances that run and do not work; what is left out keeps its default, or stays as it is.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RepairInput
{
    /// <summary><c>replace</c> (when left out), <c>tell</c> or <c>off</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mode { get; init; }

    /// <summary><c>launch-first</c> (when left out) or <c>terminate-first</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Order { get; init; }

    /// <summary>
    /// How many running instances there may be too few of, by Muster's own doing, as a text: <c>1</c> (when left out), <c>10%</c> of the
    /// level, <c>0</c> for none. Not 0 beside a surge of 0.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UnavailableMax { get; init; }

    /// <summary>
    /// How many there may be beyond the level meanwhile, as a text: <c>1</c> (when left out), <c>10%</c> of the level, <c>0</c> for none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Surge { get; init; }

    /// <summary>
    /// What most of the group being unhealthy at once means: <c>hold</c> (when left out), that nobody is replaced and somebody is told, or
    /// <c>replace</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WhenMost { get; init; }
}
