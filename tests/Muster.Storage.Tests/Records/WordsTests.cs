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
using Muster.Records;

namespace Muster.Storage.Tests.Records;

/// <summary>What stores hold for ever and what checks send: a change here makes older stores unreadable, and needs a migration.</summary>
public sealed class WordsTests
{
    public static TheoryData<string, string[]> Kinds => new()
    {
        { nameof(AccountAccess), Of<AccountAccess>() },
        { nameof(Role), Of<Role>() },
        { nameof(TokenScope), Of<TokenScope>() },
        { nameof(ScaleInOrder), Of<ScaleInOrder>() },
        { nameof(GroupPhase), Of<GroupPhase>() },
        { nameof(GroupCondition), Of<GroupCondition>() },
        { nameof(LaunchPhase), Of<LaunchPhase>() },
        { nameof(ActivityType), Of<ActivityType>() },
        { nameof(ActivityStatus), Of<ActivityStatus>() },
        { nameof(CheckOutcome), Of<CheckOutcome>() },
        { nameof(InstanceState), Of<InstanceState>() },
        { nameof(MemberPhase), Of<MemberPhase>() },
        { nameof(Verdict), Of<Verdict>() },
        { nameof(ProbeKind), Of<ProbeKind>() },
        { nameof(RepairMode), Of<RepairMode>() },
        { nameof(ReplaceOrder), Of<ReplaceOrder>() },
        { nameof(MassVerdict), Of<MassVerdict>() },
        { nameof(HookMoment), Of<HookMoment>() },
        { nameof(GateAnswer), Of<GateAnswer>() },
        { nameof(CallKind), Of<CallKind>() },
        { nameof(DistributionKind), Of<DistributionKind>() },
        { nameof(CloudErrorKind), Of<CloudErrorKind>() },
        { nameof(PolicyKind), Of<PolicyKind>() },
        { nameof(PolicyMode), Of<PolicyMode>() },
        { nameof(AdjustmentKind), Of<AdjustmentKind>() },
        { nameof(RecommendationKind), Of<RecommendationKind>() },
        { nameof(Resolution), Of<Resolution>() },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_words_stay_as_they_are(string kind, string[] words) => Assert.Equal(
        kind switch
        {
            nameof(AccountAccess) => ["Unlisted", "Allowed", "Denied"],
            nameof(Role) => ["Task", "Read", "Operate", "Admin"],
            nameof(TokenScope) => ["Account", "Installation"],
            nameof(ScaleInOrder) => ["Oldest", "Newest", "OutdatedFirst", "LeastBusy"],
            nameof(GroupPhase) => ["Active", "Draining", "Archived"],
            nameof(GroupCondition) => ["Healthy", "Scaling", "Degraded", "Suspended"],
            nameof(LaunchPhase) => ["Intended", "Accepted", "Seen", "Settled", "DiedYoung", "Failed", "Expired"],
            nameof(ActivityType) => ["Launch", "Terminate", "NoOp", "Error", "Hold", "Change"],
            nameof(ActivityStatus) => ["Succeeded", "Failed", "Ambiguous"],
            nameof(CheckOutcome) => ["Idle", "Acted", "Held", "Failed", "Yielded"],
            nameof(InstanceState) => ["Provisioning", "Running", "Stopped", "Failed", "Terminating", "Unknown", "Warm"],
            nameof(MemberPhase) => ["Booting", "Waiting", "InService", "Draining", "Warm", "Starting", "Taken"],
            nameof(Verdict) => ["Healthy", "Unhealthy", "Unknown"],
            nameof(ProbeKind) => ["Http", "Https", "Tcp", "Grpc", "Report"],
            nameof(RepairMode) => ["Replace", "Tell", "Off"],
            nameof(ReplaceOrder) => ["LaunchFirst", "TerminateFirst"],
            nameof(MassVerdict) => ["Hold", "Replace"],
            nameof(HookMoment) => ["Launch", "Terminate"],
            nameof(GateAnswer) => ["Continue", "Abandon", "Extend"],
            nameof(CallKind) => (string[])["Read", "Write"],
            nameof(DistributionKind) => ["Ordered", "Balanced", "Cheapest"],
            nameof(CloudErrorKind) =>
            [
                "Throttled", "Unavailable", "Unauthorized", "QuotaExceeded", "OutOfStock", "InvalidRequest", "NotFound", "Ambiguous",
            ],
            nameof(PolicyKind) => ["schedule", "step", "target", "backlog", "predictive", "receiver"],
            nameof(PolicyMode) => ["On", "GrowOnly", "Recommend", "Off"],
            nameof(AdjustmentKind) => ["Add", "Percent", "Exact"],
            nameof(RecommendationKind) => ["Wants", "Content", "Blind"],
            nameof(Resolution) => ["Raw", "Minute", "Hour"],
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
        },
        words);

    [Fact]
    public void Every_kind_that_has_words_is_pinned_here() => Assert.Equal(
        WordTables.Kinds.Select(kind => kind.Name).Order(StringComparer.Ordinal),
        Kinds.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Fact]
    public void What_is_suspended_is_kept_as_a_number() => Assert.Equal(
        (0, 1, 2, 4), ((int)Suspension.None, (int)Suspension.Launch, (int)Suspension.Terminate, (int)Suspension.Replace));

    [Fact]
    public void A_word_means_what_it_was_written_for()
    {
        Assert.All(Enum.GetValues<LaunchPhase>(), phase => Assert.Equal(phase, Words<LaunchPhase>.Parse(Words<LaunchPhase>.Of(phase))));
        Assert.All(Enum.GetValues<GroupPhase>(), phase => Assert.Equal(phase, Words<GroupPhase>.Parse(Words<GroupPhase>.Of(phase))));
    }

    [Fact]
    public void A_word_that_is_none_is_damage() => Assert.Throws<InvalidDataException>(() => Words<GroupPhase>.Parse("active"));

    // By the declared order of the values, so that each word is seen beside the value that it stands for.
    private static string[] Of<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(Words<T>.Of)];
}
