using System.Diagnostics;

using Muster.Api.Groups;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Prices;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Server.Activities;
using Muster.Server.Checks;

namespace Muster.Server.Groups;

/// <summary>Groups, plans and checks as they go over the wire.</summary>
internal static class GroupViews
{
    /// <param name="record">The group.</param>
    /// <param name="prices">What instances cost now.</param>
    /// <param name="now">The instant at which its claims are settled.</param>
    /// <param name="obstacle">What keeps its checks from happening; null when nothing does. Its last state is then an old one.</param>
    public static GroupView View(GroupRecord record, PriceBook prices, DateTimeOffset now, string? obstacle = null)
    {
        var group = record.Group;
        var costs = GroupCosts.Of(record, prices);
        var settled = record.SettleAt(now);
        return new()
        {
            Id = group.Id.Value,
            Name = group.Name,
            TemplateId = group.Template.Value,
            TemplateName = record.Template.Name,
            Distribution = group.Layout is { } layout ? LayoutRules.Word(layout.Distribution) : null,
            OnDemandPercentAboveBase = group.Layout?.OnDemandPercentAboveBase,
            SpillAfterS = LayoutViews.Seconds(group.Layout, one => one.SpillAfter),
            ReturnAfterS = LayoutViews.Seconds(group.Layout, one => one.ReturnAfter),
            Surge = group.Layout?.Surge.ToString(),
            Placements = group.Layout is null ? null : PlacementViews.View(record, costs),
            Clouds = record.IsOnSeveralClouds ? record.Clouds : null,
            PricePerHour = group.Layout is null ? costs.Of(Placement.Only).Price : null,
            CostPerHour = costs.Sum,
            Currency = prices.Currency,
            Revision = group.Layout is null ? null : group.Revision,
            Capacity = View(group, settled, now),
            IntervalS = group.Interval.TotalSeconds,
            ScaleIn = GroupRules.Word(group.ScaleIn),
            Brakes = View(group.Brakes),
            Traffic = TrafficViews.View(group.Traffic),
            Health = HealthViews.View(group.Health),
            Repair = group.Health is null && group.Repair == new Repair() ? null : HealthViews.View(group.Repair),
            Drain = LifeViews.View(group.Drain),
            Hooks = LifeViews.View(group.Hooks),
            LifetimeMaxS = group.LifetimeMax?.TotalSeconds,
            Pool = LifeViews.View(group.Pool),
            Suspended = GroupChanges.SuspendedWords(group.Suspended),
            Phase = Word(group.Phase),
            Status = View(settled, Obstructed(group, record.State, obstacle)) with
            {
                IsBehind = group.Phase is GroupPhase.Active && record.IsUnheard,
            },
            Version = group.Version,
            CreatedAt = group.CreatedAt,
            UpdatedAt = group.UpdatedAt,
            ArchivedAt = group.ArchivedAt,
        };
    }

    public static PlanView View(Plan plan) => new()
    {
        Level = plan.Level,
        Counts = new()
        {
            Running = plan.Counts.Running,
            Provisioning = plan.Counts.Provisioning,
            Pending = plan.Counts.Pending,
            Dead = plan.Counts.Dead,
            Terminating = plan.Counts.Terminating,
            Draining = plan.Counts.Draining,
            Warm = plan.Counts.Warm,
            Warming = plan.Counts.Warming,
            Unknown = plan.Counts.Unknown,
        },
        Actions = [.. plan.Actions.Select(View)],
        Explanation = plan.Explanation,
    };

    public static CheckView View(GroupRecord record, CheckReport report, DateTimeOffset now) => new()
    {
        GroupId = report.Group.Value,
        Outcome = CheckRunViews.Word(report.Outcome),
        Plan = report.Plan is { } plan ? View(plan) : null,
        Status = View(record.SettleAt(now), report.State),
        Activities = [.. report.Activities.Select(ActivityViews.View)],
    };

    private static GroupState Obstructed(
        Group group, GroupState state, string? obstacle) => obstacle is null || group.Phase is GroupPhase.Archived
            ? state
            : state with { Condition = GroupCondition.Degraded, Reason = obstacle };

    private static CapacityView View(Group group, Settlement settled, DateTimeOffset now)
    {
        var (capacity, isPerson) = (group.Capacity, settled.Source == Claim.Person);
        var desired = group.Phase is GroupPhase.Active ? settled.Desired : capacity.Desired;
        return new()
        {
            Desired = desired,
            Min = capacity.Min,
            Max = capacity.Max,
            Set = desired == capacity.Desired ? null : capacity.Desired,
            Author = isPerson ? group.ScaledBy : settled.Source,
            Reason = isPerson ? group.ScaledFor : WithoutName(settled),
            HeldUntil = group.HeldUntil > now ? group.HeldUntil : null,
        };
    }

    /// <summary>Why, where it is said beside it who: a reason begins with the name of its source.</summary>
    private static string? WithoutName(Settlement settled) =>
        settled.Why is { } why && why.StartsWith($"{settled.Source}: ", StringComparison.Ordinal)
            ? why[(settled.Source.Length + 2)..]
            : settled.Why;

    private static GroupStatusView View(Settlement settled, GroupState state) => new()
    {
        Level = settled.Desired,
        Running = state.Counts.Running,
        InService = state.Counts.InService,
        Unhealthy = state.Counts.Unhealthy,
        Provisioning = state.Counts.Provisioning,
        Pending = state.Counts.Pending,
        Dead = state.Counts.Dead,
        Terminating = state.Counts.Terminating,
        Draining = state.Counts.Draining,
        Warm = state.Counts.Warm,
        Warming = state.Counts.Warming,
        Unknown = state.Counts.Unknown,
        Condition = Word(state.Condition),
        Reason = state.Reason,
        NextAttemptAt = state.NextAttemptAt,
        CheckedAt = state.CheckedAt,
        Unreached = state.Unreached,
    };

    private static BrakesView View(Brakes brakes) => new()
    {
        LaunchesInFlightMax = brakes.LaunchesInFlightMax,
        LaunchesPerCheckMax = brakes.LaunchesPerCheckMax,
        TerminationsPerCheckMax = brakes.TerminationsPerCheckMax,
        LaunchesPerHourMax = brakes.LaunchesPerHourMax,
        TerminationsPerHourMax = brakes.TerminationsPerHourMax,
        SpendPerHourMax = brakes.SpendPerHourMax,
    };

    private static PlannedActionView View(PlannedAction action) => action switch
    {
        PlannedAction.Launch launch =>
            new() { Kind = "launch", Reason = action.Reason, Count = launch.Count, Pool = launch.IsForPool },
        PlannedAction.Resume resume => new() { Kind = "resume", Reason = action.Reason, LaunchId = resume.Id.Value },
        PlannedAction.Terminate terminate =>
            new() { Kind = "terminate", Reason = action.Reason, InstanceId = terminate.Instance.Id.Value },
        PlannedAction.Drain drain => new() { Kind = "drain", Reason = action.Reason, InstanceId = drain.Instance.Id.Value },
        PlannedAction.Return back => new() { Kind = "return", Reason = action.Reason, InstanceId = back.Instance.Id.Value },
        PlannedAction.Start start => new() { Kind = "start", Reason = action.Reason, InstanceId = start.Instance.Id.Value },
        PlannedAction.Rest rest => new() { Kind = "rest", Reason = action.Reason, InstanceId = rest.Instance.Id.Value },
        PlannedAction.Hold hold => new() { Kind = "hold", Reason = action.Reason, RecheckAt = hold.RecheckAt },
        PlannedAction.LookAgain => new() { Kind = "look_again", Reason = action.Reason },
        _ => throw new UnreachableException($"action {action.GetType()}"),
    };

    public static string Word(GroupCondition condition) => condition switch
    {
        GroupCondition.Healthy => "healthy",
        GroupCondition.Scaling => "scaling",
        GroupCondition.Degraded => "degraded",
        GroupCondition.Suspended => "suspended",
        _ => throw new UnreachableException($"condition {condition}"),
    };

    private static string Word(GroupPhase phase) => phase switch
    {
        GroupPhase.Active => "active",
        GroupPhase.Draining => "draining",
        GroupPhase.Archived => "archived",
        _ => throw new UnreachableException($"phase {phase}"),
    };
}
