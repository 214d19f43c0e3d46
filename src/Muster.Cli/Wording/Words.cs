using Muster.Core.Accounts;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Steering;

namespace Muster.Cli.Wording;

/// <summary>The API's words that options take.</summary>
internal static class Words
{
    /// <summary>Who goes first when there are too many.</summary>
    public static readonly Choices<ScaleInOrder> ScaleIn = new(
        ("oldest", ScaleInOrder.Oldest), ("newest", ScaleInOrder.Newest), ("outdated-first", ScaleInOrder.OutdatedFirst));

    /// <summary>How placements share a capacity.</summary>
    public static readonly Choices<DistributionKind> Distribution =
        new(
            ("ordered", DistributionKind.Ordered), ("balanced", DistributionKind.Balanced), ("cheapest", DistributionKind.Cheapest));

    /// <summary>How far a policy is followed.</summary>
    public static readonly Choices<PolicyMode> PolicyModes = new(
        ("on", PolicyMode.On), ("grow-only", PolicyMode.GrowOnly), ("recommend", PolicyMode.Recommend), ("off", PolicyMode.Off));

    /// <summary>What a token's bearer may do.</summary>
    public static readonly Choices<Role> Roles =
        new(("task", Role.Task), ("read", Role.Read), ("operate", Role.Operate), ("admin", Role.Admin));

    /// <summary>How far that reaches.</summary>
    public static readonly Choices<TokenScope> Scopes = new(("account", TokenScope.Account), ("installation", TokenScope.Installation));
}
