using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>
/// A warm pool: instances beside the group's level that rest, and are started before anything new is launched. What is left out keeps its
/// default, or stays as it is.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PoolInput
{
    /// <summary>The <see cref="Size"/> that removes the pool.</summary>
    public const string Off = "0";

    /// <summary>
    /// How many rest, as a text: a number such as <c>2</c>, 1 to 1000, or <c>1%</c> to <c>100%</c> of the level. Required of a group that
    /// has no pool. <c>0</c>, alone, removes it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Size { get; init; }

    /// <summary>
    /// How they rest: <c>stopped</c> (when left out; they boot when they are started), or <c>suspended</c>, where the cloud can: what runs
    /// in them goes on.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mode { get; init; }

    /// <summary>
    /// Whether instances beyond the level go to rest while the pool is short, and are not terminated; false when left out.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? TakesSurplus { get; init; }

    /// <summary>
    /// Seconds, 3600 to 315360000, after which another takes the place of an instance that rests. 0, or left out, means as old as they
    /// become.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AgeMaxS { get; init; }
}
