using System.Text.Json.Serialization;

namespace Muster.Api.Policies;

/// <summary>
/// A policy as it is written: each kind takes its own fields, and refuses the others. Times are written as <c>5m</c>. For a change, what is
/// left out stays.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PolicyInput
{
    /// <summary>Unique among the group's policies. Not for a change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>
    /// <c>schedule</c>, <c>step</c>, <c>target</c>, <c>backlog</c>, <c>predictive</c> or <c>receiver</c>. Not for a change.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Kind { get; init; }

    /// <summary>
    /// <c>on</c>, <c>grow-only</c>, <c>recommend</c> (computed and shown, never followed) or <c>off</c>. Left out: <c>on</c>, and
    /// <c>recommend</c> for a predictive one.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mode { get; init; }

    /// <summary>
    /// What it reads: the name of a metric that the operator configured, or that is pushed; <c>cpu</c> and <c>memory</c> the cloud tells.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Metric { get; init; }

    /// <summary>step: speaks up above this value.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Above { get; init; }

    /// <summary>step: speaks up below this value.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Below { get; init; }

    /// <summary>step: how long every reading must have been a breach.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? For { get; init; }

    /// <summary>step: instances, or a part of the level, that are added: <c>2</c>, <c>30%</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Add { get; init; }

    /// <summary>step: instances, or a part of the level, that are taken away.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Remove { get; init; }

    /// <summary>step: the level that is set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Set { get; init; }

    /// <summary>
    /// step: several steps, by how far the value is passed, instead of add, remove and set: <c>0..10: +10%</c>, <c>10..: +30%</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Steps { get; init; }

    /// <summary>step, receiver: how long it does nothing more after it has moved the level.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cooldown { get; init; }

    /// <summary>target, predictive: the value for each instance.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Target { get; init; }

    /// <summary>target, predictive: whether the metric is the whole group's sum; otherwise it is the mean of its instances.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Total { get; init; }

    /// <summary>target: how far from the target nothing is done, as a part of it: 0.1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Tolerance { get; init; }

    /// <summary>target, backlog: the window whose highest recommendation counts for shrinking.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stabilize { get; init; }

    /// <summary>target: how long a new instance's values say nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Warmup { get; init; }

    /// <summary>target, backlog: most that one round adds: <c>5</c>, <c>50%</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? GrowMax { get; init; }

    /// <summary>target, backlog: most that one round takes away.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ShrinkMax { get; init; }

    /// <summary>backlog: how much waiting work each instance takes on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? PerInstance { get; init; }

    /// <summary>backlog: the metric of the oldest item's age, in seconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AgeMetric { get; init; }

    /// <summary>backlog: the age of the oldest item from which one instance more is wanted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AgeMax { get; init; }

    /// <summary>backlog: how long the queue must have been empty before the group goes to zero.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EmptyFor { get; init; }

    /// <summary>predictive: how far ahead it looks; left out, as long as the group's instances take to boot.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ahead { get; init; }

    /// <summary>step, target, backlog: how old a reading may be before it says nothing any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MaxAge { get; init; }

    /// <summary>
    /// schedule: its windows: <c>Mon-Fri 08:00-18:00</c>, <c>0 8 * * 1-5 for 10h</c>, <c>2026-12-24 18:00 to 2026-12-27 08:00</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Windows { get; init; }

    /// <summary>schedule: the IANA name of its time zone: <c>Europe/Berlin</c>; UTC when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Zone { get; init; }

    /// <summary>schedule: what holds while a window is open.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FrameInput? Inside { get; init; }

    /// <summary>schedule: what holds while none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FrameInput? Outside { get; init; }

    /// <summary>receiver: what an alarm that fires does: <c>+30%</c>, <c>+2</c>, <c>5</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OnAlarm { get; init; }

    /// <summary>receiver: how long a number that it was told stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StandsFor { get; init; }
}

/// <summary>What a schedule allows.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FrameInput
{
    /// <summary>No fewer than this.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Min { get; init; }

    /// <summary>No more than this.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Max { get; init; }

    /// <summary>The level is no lower than this, within the bounds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Floor { get; init; }
}
