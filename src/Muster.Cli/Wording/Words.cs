using Muster.Core.Accounts;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Placements;
using Muster.Core.Steering;

namespace Muster.Cli.Wording;

/// <summary>The API's words that options take.</summary>
internal static class Words
{
    /// <summary>Who goes first when there are too many.</summary>
    public static readonly Choices<ScaleInOrder> ScaleIn = new(
        ("oldest", ScaleInOrder.Oldest), ("newest", ScaleInOrder.Newest), ("outdated-first", ScaleInOrder.OutdatedFirst),
        ("least-busy", ScaleInOrder.LeastBusy));

    /// <summary>How placements share a capacity.</summary>
    public static readonly Choices<DistributionKind> Distribution =
        new(
            ("ordered", DistributionKind.Ordered), ("balanced", DistributionKind.Balanced), ("cheapest", DistributionKind.Cheapest));

    /// <summary>How it is found out whether instances work.</summary>
    public static readonly Choices<HealthKind> HealthKinds = new(
        ("http", HealthKind.Http), ("https", HealthKind.Https), ("tcp", HealthKind.Tcp), ("grpc", HealthKind.Grpc),
        ("report", HealthKind.Report), ("none", HealthKind.None));

    /// <summary>What is done about those that do not.</summary>
    public static readonly Choices<RepairMode> RepairModes =
        new(("replace", RepairMode.Replace), ("tell", RepairMode.Tell), ("off", RepairMode.Off));

    /// <summary>What comes first when one is replaced.</summary>
    public static readonly Choices<ReplaceOrder> ReplaceOrders =
        new(("launch-first", ReplaceOrder.LaunchFirst), ("terminate-first", ReplaceOrder.TerminateFirst));

    /// <summary>What most of a group being unhealthy means.</summary>
    public static readonly Choices<MassVerdict> MassVerdicts = new(("hold", MassVerdict.Hold), ("replace", MassVerdict.Replace));

    /// <summary>How what is in a warm pool rests.</summary>
    public static readonly Choices<PoolMode> PoolModes = new(("stopped", PoolMode.Stopped), ("suspended", PoolMode.Suspended));

    /// <summary>What may be said of an instance's health.</summary>
    public static readonly Choices<Verdict> Verdicts =
        new(("healthy", Verdict.Healthy), ("unhealthy", Verdict.Unhealthy), ("unknown", Verdict.Unknown));

    /// <summary>How far a policy is followed.</summary>
    public static readonly Choices<PolicyMode> PolicyModes = new(
        ("on", PolicyMode.On), ("grow-only", PolicyMode.GrowOnly), ("recommend", PolicyMode.Recommend), ("off", PolicyMode.Off));

    /// <summary>What a token's bearer may do.</summary>
    public static readonly Choices<Role> Roles =
        new(("task", Role.Task), ("read", Role.Read), ("operate", Role.Operate), ("admin", Role.Admin));

    /// <summary>How far that reaches.</summary>
    public static readonly Choices<TokenScope> Scopes = new(("account", TokenScope.Account), ("installation", TokenScope.Installation));
}
