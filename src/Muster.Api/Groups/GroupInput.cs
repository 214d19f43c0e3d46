using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>A group to make.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GroupInput
{
    /// <summary>Unique per account among the living; 1 to 182 characters of A-Z a-z 0-9 . _ -. Required.</summary>
    public string? Name { get; init; }

    /// <summary>The template to launch from, by id or name. Required, unless there are placements.</summary>
    public string? Template { get; init; }

    /// <summary>
    /// Where it lives, in order, instead of a template alone: 1 to 32 placements.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PlacementInput>? Placements { get; init; }

    /// <summary>
    /// The short form of placements that share the template: one in each of these zones of its cloud, with the zone's name, balanced
    /// unless said otherwise. Not beside placements.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Zones { get; init; }

    /// <summary>
    /// How the level is shared among placements: <c>ordered</c> (when left out) fills the first up to its max, then the next;
    /// <c>balanced</c> shares by weight; <c>cheapest</c> fills the one with the lowest price first, and needs a price for each.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Distribution { get; init; }

    /// <summary>
    /// Of the instances beyond the placements' bases, so many percent, 0 to 100, belong on placements that are not interruptible, and the
    /// others on those that are. -1, or left out, means that the distribution alone says. Only with placements.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? OnDemandPercentAboveBase { get; init; }

    /// <summary>
    /// Seconds, 1 to 86400, for which a placement's cloud may be away or refuse its credential before what is missing there is launched
    /// elsewhere. 0 means never. Null, or left out, means 120. Only with placements.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SpillAfterS { get; init; }

    /// <summary>
    /// Seconds, 1 to 86400, for which a better placement must have been available again before members move back there. 0 means never.
    /// Null, or left out, means 600. Only with placements.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ReturnAfterS { get; init; }

    /// <summary>
    /// Members that move at once, as a text: <c>10%</c> of the level, or a number such as <c>3</c>; 10% when left
    /// out. Of a group without placements, the same as <c>surge</c> of <c>repair</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Surge { get; init; }

    /// <summary>How many. Required.</summary>
    public CapacityInput? Capacity { get; init; }

    /// <summary>Seconds between level checks, 5 to 3600; 60 when left out.</summary>
    public double? IntervalS { get; init; }

    /// <summary>
    /// Who goes first when there are too many: <c>oldest</c> (when left out), <c>newest</c>,
    /// <c>outdated-first</c> or <c>least-busy</c>: by what the probes read, reporters say, or the cloud tells.
    /// </summary>
    public string? ScaleIn { get; init; }

    /// <summary>Bounds on what Muster may do; defaults where left out.</summary>
    public BrakesInput? Brakes { get; init; }

    /// <summary>How it is found out whether its instances work; nobody asks but the cloud when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthCheckInput? Health { get; init; }

    /// <summary>What is done about instances that run and do not work; defaults where left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RepairInput? Repair { get; init; }

    /// <summary>What takes its instances in and out of service, at most 8 sources; none when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TrafficUseInput>? Traffic { get; init; }

    /// <summary>How instances leave their load balancers before they are terminated; they end at once when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrainInput? Drain { get; init; }

    /// <summary>Where others have their turn in the life of each instance, at most 20; nowhere when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HookInput>? Hooks { get; init; }

    /// <summary>
    /// Seconds, 3600 to 315360000, that its instances live at most: an older one is replaced, one at a time, by the order and within the
    /// budget of <c>repair</c>, whatever its mode. Each has up to a tenth less, so that not all go at once. 0, or left out, means as long
    /// as they last.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LifetimeMaxS { get; init; }

    /// <summary>
    /// What rests beside its level, to be started before anything new is launched; nothing when left out. Refused where one of its clouds
    /// cannot stop instances and start them again.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PoolInput? Pool { get; init; }
}
