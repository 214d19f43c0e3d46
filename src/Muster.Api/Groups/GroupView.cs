using System.Text.Json.Serialization;

using Muster.Api.Policies;

namespace Muster.Api.Groups;

/// <summary>A group: what its owner wants, and under <see cref="Status"/> what is so.</summary>
public sealed record GroupView
{
    /// <summary>Stable id; survives every rename.</summary>
    public required Guid Id { get; init; }

    /// <summary>Unique per account among the living.</summary>
    public required string Name { get; init; }

    /// <summary>What the next launch is made from; of a group with placements, the first one's.</summary>
    public required Guid TemplateId { get; init; }

    /// <summary>That template's name.</summary>
    public string? TemplateName { get; init; }

    /// <summary>
    /// How the level is shared among placements: <c>ordered</c>, <c>balanced</c> or <c>cheapest</c>. Left out for a group with a template
    /// alone.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Distribution { get; init; }

    /// <summary>
    /// Of the instances beyond the placements' bases, so many percent belong on placements that are not interruptible; only where that was
    /// said.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? OnDemandPercentAboveBase { get; init; }

    /// <summary>Seconds before what a cloud that is away owes is launched elsewhere; 0 for never. Only with placements.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SpillAfterS { get; init; }

    /// <summary>Seconds before members move back to a better placement; 0 for never. Only with placements.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ReturnAfterS { get; init; }

    /// <summary>Members that move at once: a number, or a percentage of the level. Only with placements.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Surge { get; init; }

    /// <summary>The placements in their order. Left out for a group with a template alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PlacementView>? Placements { get; init; }

    /// <summary>
    /// Every cloud where it may have instances: those of its placements, then those on which earlier ones may have left some. Left out
    /// where that is one cloud.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Clouds { get; init; }

    /// <summary>Counts the changes of template and placements from 1. Only with placements.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Revision { get; init; }

    /// <summary>
    /// What an instance costs an hour, of a group with a template alone; with placements, each of them says so. Left out where nobody
    /// knows.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? PricePerHour { get; init; }

    /// <summary>
    /// What the group costs an hour: everything that it holds (up, on its way up, launched, unknown) as of its last check. Left out where
    /// something of it has no price.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? CostPerHour { get; init; }

    /// <summary>What prices and costs are in. Left out where there are no prices.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Currency { get; init; }

    /// <summary>How many.</summary>
    public required CapacityView Capacity { get; init; }

    /// <summary>What recommends how many there are to be, by name. Only where one group is shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PolicyView>? Policies { get; init; }

    /// <summary>Seconds between level checks.</summary>
    public required double IntervalS { get; init; }

    /// <summary>
    /// Who goes first when there are too many: <c>oldest</c>, <c>newest</c>,
    /// <c>outdated-first</c> or <c>least-busy</c>: by what the probes read, reporters say, or the cloud tells.
    /// </summary>
    public required string ScaleIn { get; init; }

    /// <summary>Bounds on what Muster may do.</summary>
    public required BrakesView Brakes { get; init; }

    /// <summary>What takes its instances in and out of service. Left out where nothing does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TrafficUseView>? Traffic { get; init; }

    /// <summary>How it is found out whether its instances work. Left out where the cloud's word is enough.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthCheckView? Health { get; init; }

    /// <summary>
    /// What is done about instances that run and do not work. Left out of a group without a health check, unless it was said.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RepairView? Repair { get; init; }

    /// <summary>How instances leave their load balancers before they are terminated. Left out where they end at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrainView? Drain { get; init; }

    /// <summary>Where others have their turn in the life of each instance, in the user's order. Left out where nowhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HookView>? Hooks { get; init; }

    /// <summary>Seconds that its instances live at most. Left out where they live as long as they last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LifetimeMaxS { get; init; }

    /// <summary>What rests beside its level, to be started before anything new is launched. Left out where nothing does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PoolView? Pool { get; init; }

    /// <summary>What has been switched off by hand: any of <c>launch</c>, <c>terminate</c>, <c>replace</c>.</summary>
    public required IReadOnlyList<string> Suspended { get; init; }

    /// <summary><c>active</c>, <c>draining</c> (deleted, instances being terminated) or <c>archived</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>What is so.</summary>
    public required GroupStatusView Status { get; init; }

    /// <summary>Counts the users' changes from 1; the ETag.</summary>
    public required long Version { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a user last changed it.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was archived; null while it lives.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>
    /// Whether there is nothing left to wait for: as many in service as there are to be, nothing on its way, nothing left over, and nothing
    /// known that keeps traffic from them, as a check found that has seen all that was changed; of a deleted group, that it is archived.
    /// </summary>
    public bool IsAtLevel() => Phase switch
    {
        "archived" => true,
        "active" =>
            Status is { Pending: 0, Provisioning: 0, Dead: 0, Terminating: 0, Draining: 0, IsBehind: false, Unreached: null }
            && Status.CheckedAt >= UpdatedAt && Status.Running == Status.Level && Status.InService == Status.Level,
        _ => false,
    };
}
