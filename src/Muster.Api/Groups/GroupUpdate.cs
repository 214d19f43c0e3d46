using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>A change to a group, all of it or nothing; what is left out stays as it is.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GroupUpdate
{
    /// <summary>How many instances there must be, changed with the rest and told in one activity.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CapacityInput? Capacity { get; init; }

    /// <summary>A new name.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Another template, by id or name: changes new launches only, touches no running instance. Without zones beside it, a group with
    /// placements becomes one with a template alone.
    /// </summary>
    public string? Template { get; init; }

    /// <summary>
    /// All placements, in order, in place of those there are: 1 to 32. Running instances stay where they are.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PlacementInput>? Placements { get; init; }

    /// <summary>
    /// The short form of placements that share a template (the group's, unless one is named): one in each of these zones of its cloud, with
    /// the zone's name, balanced unless said otherwise. Not beside placements.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Zones { get; init; }

    /// <summary>
    /// How the level is shared among placements: <c>ordered</c> (when left out by a group that had none) fills the first up to its max,
    /// then the next; <c>balanced</c> shares by weight; <c>cheapest</c> fills the one with the lowest price first, and needs a price for
    /// each.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Distribution { get; init; }

    /// <summary>
    /// Of the instances beyond the placements' bases, so many percent, 0 to 100, belong on placements that are not interruptible, and the
    /// others on those that are. -1 means that the distribution alone says; left out leaves it as it is. Only with placements.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? OnDemandPercentAboveBase { get; init; }

    /// <summary>
    /// Seconds, 1 to 86400, for which a placement's cloud may be away or refuse its credential before what is missing there is launched
    /// elsewhere. 0 means never. Null, or left out, leaves it as it is. Only with placements.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SpillAfterS { get; init; }

    /// <summary>
    /// Seconds, 1 to 86400, for which a better placement must have been available again before members move back there. 0 means never.
    /// Null, or left out, leaves it as it is. Only with placements.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ReturnAfterS { get; init; }

    /// <summary>
    /// Members that move at once, as a text: <c>10%</c> of the level, or a number such as <c>3</c>. Of a group without
    /// placements, the same as <c>surge</c> of <c>repair</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Surge { get; init; }

    /// <summary>Seconds between level checks, 5 to 3600.</summary>
    public double? IntervalS { get; init; }

    /// <summary>
    /// Who goes first when there are too many: <c>oldest</c>, <c>newest</c>,
    /// <c>outdated-first</c> or <c>least-busy</c>: by what the probes read, reporters say, or the cloud tells.
    /// </summary>
    public string? ScaleIn { get; init; }

    /// <summary>Bounds on what Muster may do; what is left out stays as it is.</summary>
    public BrakesInput? Brakes { get; init; }

    /// <summary>How it is found out whether its instances work; what is left out stays as it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthCheckInput? Health { get; init; }

    /// <summary>What is done about instances that run and do not work; what is left out stays as it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RepairInput? Repair { get; init; }

    /// <summary>What takes its instances in and out of service: all of it, in place of what there is; an empty list for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TrafficUseInput>? Traffic { get; init; }

    /// <summary>
    /// How instances leave their load balancers before they are terminated; what is left out stays as it is. A <c>deadline_s</c> of 0
    /// removes it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrainInput? Drain { get; init; }

    /// <summary>All hooks, at most 20, in place of those there are; none for an empty list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HookInput>? Hooks { get; init; }

    /// <summary>
    /// Seconds, 3600 to 315360000, that its instances live at most: an older one is replaced, one at a time, by the order and within the
    /// budget of <c>repair</c>, whatever its mode. Each has up to a tenth less, so that not all go at once. 0 means as long as
    /// they last.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LifetimeMaxS { get; init; }

    /// <summary>
    /// What rests beside its level, to be started before anything new is launched; what is left out stays as it is. A <c>size</c> of 0
    /// removes it: what rests is terminated.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PoolInput? Pool { get; init; }
}
