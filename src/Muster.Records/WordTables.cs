using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Metrics;
using Muster.Core.Placements;
using Muster.Core.Reconciling;
using Muster.Core.Steering;

namespace Muster.Records;

/// <summary>Every word that a store keeps or a check sends for a choice of the domain: the one place that says so.</summary>
/// <remarks>
/// A member that is renamed in the code keeps its word here. A word that changes makes older rows
/// unreadable: that needs a migration of both databases and another version of the task protocol.
/// </remarks>
internal static class WordTables
{
    private static readonly FrozenDictionary<Type, object> Tables = new Dictionary<Type, object>
    {
        [typeof(AccountAccess)] = Table(
            (AccountAccess.Unlisted, "Unlisted"),
            (AccountAccess.Allowed, "Allowed"),
            (AccountAccess.Denied, "Denied")),
        [typeof(Role)] = Table(
            (Role.Task, "Task"),
            (Role.Read, "Read"),
            (Role.Operate, "Operate"),
            (Role.Admin, "Admin")),
        [typeof(TokenScope)] = Table(
            (TokenScope.Account, "Account"),
            (TokenScope.Installation, "Installation")),
        [typeof(ScaleInOrder)] = Table(
            (ScaleInOrder.Oldest, "Oldest"),
            (ScaleInOrder.Newest, "Newest"),
            (ScaleInOrder.OutdatedFirst, "OutdatedFirst"), (ScaleInOrder.LeastBusy, "LeastBusy")),
        [typeof(GroupPhase)] = Table(
            (GroupPhase.Active, "Active"),
            (GroupPhase.Draining, "Draining"),
            (GroupPhase.Archived, "Archived")),
        [typeof(GroupCondition)] = Table(
            (GroupCondition.Healthy, "Healthy"),
            (GroupCondition.Scaling, "Scaling"),
            (GroupCondition.Degraded, "Degraded"),
            (GroupCondition.Suspended, "Suspended")),
        [typeof(LaunchPhase)] = Table(
            (LaunchPhase.Intended, "Intended"),
            (LaunchPhase.Accepted, "Accepted"),
            (LaunchPhase.Seen, "Seen"),
            (LaunchPhase.Settled, "Settled"),
            (LaunchPhase.DiedYoung, "DiedYoung"),
            (LaunchPhase.Failed, "Failed"),
            (LaunchPhase.Expired, "Expired")),
        [typeof(ActivityType)] = Table(
            (ActivityType.Launch, "Launch"),
            (ActivityType.Terminate, "Terminate"),
            (ActivityType.NoOp, "NoOp"),
            (ActivityType.Error, "Error"),
            (ActivityType.Hold, "Hold"),
            (ActivityType.Change, "Change")),
        [typeof(ActivityStatus)] = Table(
            (ActivityStatus.Succeeded, "Succeeded"),
            (ActivityStatus.Failed, "Failed"),
            (ActivityStatus.Ambiguous, "Ambiguous")),
        [typeof(CheckOutcome)] = Table(
            (CheckOutcome.Idle, "Idle"),
            (CheckOutcome.Acted, "Acted"),
            (CheckOutcome.Held, "Held"),
            (CheckOutcome.Failed, "Failed"),
            (CheckOutcome.Yielded, "Yielded")),
        [typeof(InstanceState)] = Table(
            (InstanceState.Provisioning, "Provisioning"),
            (InstanceState.Running, "Running"),
            (InstanceState.Stopped, "Stopped"),
            (InstanceState.Failed, "Failed"),
            (InstanceState.Terminating, "Terminating"),
            (InstanceState.Unknown, "Unknown"),
            (InstanceState.Warm, "Warm")),
        [typeof(MemberPhase)] = Table(
            (MemberPhase.Booting, "Booting"),
            (MemberPhase.Waiting, "Waiting"),
            (MemberPhase.InService, "InService"),
            (MemberPhase.Draining, "Draining"),
            (MemberPhase.Warm, "Warm"),
            (MemberPhase.Starting, "Starting"),
            (MemberPhase.Taken, "Taken")),
        [typeof(HookMoment)] = Table(
            (HookMoment.Launch, "Launch"),
            (HookMoment.Terminate, "Terminate")),
        [typeof(GateAnswer)] = Table(
            (GateAnswer.Continue, "Continue"),
            (GateAnswer.Abandon, "Abandon"),
            (GateAnswer.Extend, "Extend")),
        [typeof(Verdict)] = Table(
            (Verdict.Healthy, "Healthy"),
            (Verdict.Unhealthy, "Unhealthy"),
            (Verdict.Unknown, "Unknown")),
        [typeof(ProbeKind)] = Table(
            (ProbeKind.Http, "Http"),
            (ProbeKind.Https, "Https"),
            (ProbeKind.Tcp, "Tcp"),
            (ProbeKind.Grpc, "Grpc"),
            (ProbeKind.Report, "Report")),
        [typeof(RepairMode)] = Table(
            (RepairMode.Replace, "Replace"),
            (RepairMode.Tell, "Tell"),
            (RepairMode.Off, "Off")),
        [typeof(ReplaceOrder)] = Table(
            (ReplaceOrder.LaunchFirst, "LaunchFirst"),
            (ReplaceOrder.TerminateFirst, "TerminateFirst")),
        [typeof(MassVerdict)] = Table(
            (MassVerdict.Hold, "Hold"),
            (MassVerdict.Replace, "Replace")),
        [typeof(CallKind)] = Table(
            (CallKind.Read, "Read"),
            (CallKind.Write, "Write")),
        [typeof(DistributionKind)] = Table(
            (DistributionKind.Ordered, "Ordered"),
            (DistributionKind.Balanced, "Balanced"),
            (DistributionKind.Cheapest, "Cheapest")),
        [typeof(CloudErrorKind)] = Table(
            (CloudErrorKind.Throttled, "Throttled"),
            (CloudErrorKind.Unavailable, "Unavailable"),
            (CloudErrorKind.Unauthorized, "Unauthorized"),
            (CloudErrorKind.QuotaExceeded, "QuotaExceeded"),
            (CloudErrorKind.OutOfStock, "OutOfStock"),
            (CloudErrorKind.InvalidRequest, "InvalidRequest"),
            (CloudErrorKind.NotFound, "NotFound"),
            (CloudErrorKind.Ambiguous, "Ambiguous")),
        [typeof(PolicyKind)] = Table(
            (PolicyKind.Schedule, "schedule"),
            (PolicyKind.Step, "step"),
            (PolicyKind.Target, "target"),
            (PolicyKind.Backlog, "backlog"),
            (PolicyKind.Predictive, "predictive"),
            (PolicyKind.Receiver, "receiver")),
        [typeof(PolicyMode)] = Table(
            (PolicyMode.On, "On"),
            (PolicyMode.GrowOnly, "GrowOnly"),
            (PolicyMode.Recommend, "Recommend"),
            (PolicyMode.Off, "Off")),
        [typeof(AdjustmentKind)] = Table(
            (AdjustmentKind.Add, "Add"),
            (AdjustmentKind.Percent, "Percent"),
            (AdjustmentKind.Exact, "Exact")),
        [typeof(RecommendationKind)] = Table(
            (RecommendationKind.Wants, "Wants"),
            (RecommendationKind.Content, "Content"),
            (RecommendationKind.Blind, "Blind")),
        [typeof(Resolution)] = Table(
            (Resolution.Raw, "Raw"),
            (Resolution.Minute, "Minute"),
            (Resolution.Hour, "Hour")),
    }.ToFrozenDictionary();

    /// <summary>The kinds that have words.</summary>
    public static ImmutableArray<Type> Kinds => Tables.Keys;

    /// <summary>The words of one kind.</summary>
    public static ImmutableArray<(T Value, string Word)> Of<T>()
        where T : struct, Enum => Tables.TryGetValue(typeof(T), out var table)
        ? (ImmutableArray<(T, string)>)table
        : throw new ArgumentException($"{typeof(T).Name} has no words: add them here first");

    private static ImmutableArray<(T Value, string Word)> Table<T>(params ImmutableArray<(T Value, string Word)> words)
        where T : struct, Enum => words;
}
