using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Members;

public sealed class MemberReaderTests
{
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(1);
    private static readonly DateTimeOffset Before = Some.Now.AddMinutes(-5);

    [Fact]
    public void A_healthy_group_keeps_no_members() =>
        Assert.Empty(MemberReader.Read([], Some.Instances(3), Some.Now, Lag, []));

    [Fact]
    public void One_on_its_way_up_is_remembered_until_it_is_up()
    {
        var instance = Some.Instance(1, InstanceState.Provisioning);

        var first = MemberReader.Read([], [instance], Some.Now, Lag, [(instance.Id, Before)]);
        var up = MemberReader.Read(first, [instance with { State = InstanceState.Running }], Some.Now, Lag, []);

        Assert.Equal([new() { Instance = instance.Id, Phase = MemberPhase.Booting, Since = Before }], first);
        Assert.Empty(up);
    }

    [Fact]
    public void What_others_said_of_it_outlives_its_boot()
    {
        var instance = Some.Instance(1);
        var booting = new Member { Instance = instance.Id, Phase = MemberPhase.Booting, Since = Before, IsProtected = true };

        var up = MemberReader.Read([booting], [instance], Some.Now, Lag, []);

        Assert.Equal([booting with { Phase = MemberPhase.InService, Since = Some.Now }], up);
    }

    [Fact]
    public void A_member_whose_instance_is_gone_is_forgotten_and_others_stay_as_they_are()
    {
        var stays = new Member
        {
            Instance = Some.Instance(1).Id,
            Phase = MemberPhase.InService,
            Since = Before,
            Findings = [new("http", Verdict.Unhealthy, Before, "answered 503")],
        };

        Assert.Equal([stays], MemberReader.Read([stays, stays with { Instance = new("i-9999") }], Some.Instances(3), Some.Now, Lag, []));
    }

    [Fact]
    public void A_listing_that_may_be_older_than_what_was_said_forgets_nobody()
    {
        var told = new Member { Instance = new("i-9999"), Phase = MemberPhase.InService, Since = Some.Now - Lag, IsProtected = true };
        var found = told with { Findings = [new("http", Verdict.Unhealthy, Some.Now.AddSeconds(-1))] };

        Assert.Empty(MemberReader.Read([told], Some.Instances(3), Some.Now, Lag, []));
        Assert.Equal([told], MemberReader.Read([told], Some.Instances(3), Some.Now.AddTicks(-1), Lag, []));
        Assert.Equal([found], MemberReader.Read([found], Some.Instances(3), Some.Now, Lag, []));
    }
}
