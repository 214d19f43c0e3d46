using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Api.Policies;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Prices;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>A group of the API as values.</summary>
internal static class GroupState
{
    /// <summary>The data source's state.</summary>
    public static Value.Mapping Of(GroupView view) => GroupSchema.DataSource.Fill(
        [
            .. Contained(view),
            .. LayoutFields.All.Select(field => (field.Name, field.Read(view))),
            (HealthFields.Name, HealthFields.Of(view.Health, before: null)),
            (DrainFields.Name, DrainFields.Of(view.Drain, before: null)),
            (PoolFields.Name, PoolFields.Of(view.Pool, before: null)),
            (HookFields.DataSource.Name, HookFields.Of(view.Hooks, before: null)),
            (Lifetimes.Name, Lifetimes.Of(view, before: null)),
            ("placements", view.Placements is { } all ? new Value.Sequence([.. all.Select(PlacementFields.WholeOf)]) : Value.Null),
            ("price_per_hour", Value.Of(view.PricePerHour)),
            ("cost_per_hour", Value.Of(view.CostPerHour)),
            ("currency", Value.Of(view.Currency)),
            ("level", Value.Of(view.Capacity.Desired)),
            ("author", Value.Of(view.Capacity.Author)),
            ("reason", Value.Of(view.Capacity.Reason)),
            ("held_until", Value.Of(view.Capacity.HeldUntil is { } until ? MomentText.Format(until) : null)),
            ("policies", new Value.Sequence([.. (view.Policies ?? []).Select(Policy)])),
            ("suspended", Value.Of(view.Suspended)),
            ("status", WholeStatus(view.Status)),
        ]);

    /// <summary>The resource's state.</summary>
    /// <param name="view">The group.</param>
    /// <param name="before">What only Terraform knows of it, and how the user spelled things.</param>
    public static Value.Mapping Of(GroupView view, Fields before) => GroupSchema.Resource.Fill(
        [
            .. Contained(view),
            .. Spread(view, before),
            .. LayoutFields.All.Select(field => (field.Name, field.Spelled(before[field.Name], field.Read(view)))),
            (
                "interval",
                Durations.IsSame(before.Text("interval"), view.IntervalS) ? before["interval"] : Value.Of(Durations.Write(view.IntervalS))),
            (HealthFields.Name, HealthFields.Of(view.Health, before.Inner(HealthFields.Name))),
            (DrainFields.Name, DrainFields.Of(view.Drain, before.Inner(DrainFields.Name))),
            (PoolFields.Name, PoolFields.Of(view.Pool, before.Inner(PoolFields.Name))),
            (HookFields.Name, HookFields.Of(view.Hooks, before)),
            (Lifetimes.Name, Lifetimes.Of(view, before)),
            ("wait_for_level", Or(before["wait_for_level"], Value.Of(false))),
            ("on_destroy", Or(before["on_destroy"], Value.Of(GroupSchema.Terminate))),
            ("timeouts", before["timeouts"]),
            ("status", Status(view.Status)),
        ]);

    private static ImmutableArray<(string Name, Value Value)> Contained(GroupView view) =>
    [
        ("id", Value.Of(view.Id.ToString())),
        ("name", Value.Of(view.Name)),
        ("template_id", Value.Of(view.TemplateId.ToString())),
        ("capacity", Value.Of(GroupInputs.Set(view.Capacity))),
        ("desired", Value.Of(GroupInputs.Set(view.Capacity))),
        ("min", Value.Of(view.Capacity.Min)),
        ("max", Value.Of(view.Capacity.Max)),
        ("interval", Value.Of(Durations.Write(view.IntervalS))),
        ("scale_in", Value.Of(view.ScaleIn)),
        ("brakes", Brakes(view.Brakes)),
        (RepairFields.Name, RepairFields.Of(view.Repair)),
        (TrafficFields.Name, TrafficFields.Of(view.Traffic)),
    ];

    /// <summary>
    /// Where it lives, in the user's form as far as that can say it: else the plan would show the whole of it as a change.
    /// </summary>
    private static ImmutableArray<(string Name, Value Value)> Spread(GroupView view, Fields before)
    {
        var placements = PlacementFields.Of(view) ?? [];
        return SpreadForms.Of(before) is not SpreadForm.Placements && GroupInputs.Zones(placements) is { } zones
            ? [("zones", Value.Of(zones)), ("placement", new Value.Sequence([]))]
            : [("zones", Value.Null), ("placement", new Value.Sequence([.. placements.Select(PlacementFields.Block)]))];
    }

    private static Value Or(Value value, Value otherwise) => value.IsNull ? otherwise : value;

    private static Value.Mapping Brakes(BrakesView brakes) => Value.Object(
        ("launches_in_flight_max", Value.Of(brakes.LaunchesInFlightMax)),
        ("launches_per_check_max", Value.Of(brakes.LaunchesPerCheckMax)),
        ("terminations_per_check_max", Value.Of(brakes.TerminationsPerCheckMax)),
        ("launches_per_hour_max", Value.Of(brakes.LaunchesPerHourMax)),
        ("terminations_per_hour_max", Value.Of(brakes.TerminationsPerHourMax)),
        // As it is written, so that no limit is no difference to a configuration that wants none.
        ("spend_per_hour_max", Value.Of(brakes.SpendPerHourMax ?? PriceRules.NoLimit)));

    private static Value.Mapping Status(GroupStatusView status) => Value.Object(
        ("condition", Value.Of(status.Condition)),
        ("reason", Value.Of(status.Reason)),
        ("running", Value.Of(status.Running)),
        ("level", Value.Of(status.Level)));

    private static Value.Mapping Policy(PolicyView policy) => Value.Object(
        ("name", Value.Of(policy.Name)),
        ("kind", Value.Of(policy.Kind)),
        ("mode", Value.Of(policy.Mode)),
        ("recommends", Value.Of(policy.Recommends)),
        ("reason", Value.Of(policy.Reason)));

    private static Value.Mapping WholeStatus(GroupStatusView status) => Status(status).With(
        ("in_service", Value.Of(status.InService)),
        ("unhealthy", Value.Of(status.Unhealthy)),
        ("provisioning", Value.Of(status.Provisioning)),
        ("pending", Value.Of(status.Pending)),
        ("dead", Value.Of(status.Dead)),
        ("terminating", Value.Of(status.Terminating)),
        ("draining", Value.Of(status.Draining)),
        ("warm", Value.Of(status.Warm)),
        ("warming", Value.Of(status.Warming)),
        ("unknown", Value.Of(status.Unknown)));
}
