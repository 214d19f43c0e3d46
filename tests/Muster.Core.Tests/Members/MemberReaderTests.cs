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
    public void One_that_drains_is_remembered_so_whatever_its_cloud_says_of_it_until_it_is_gone()
    {
        var member = new Member { Instance = new("i-0001"), Phase = MemberPhase.Draining, Since = Before };
        foreach (var state in Enum.GetValues<InstanceState>())
        {
            var instance = Some.Instance(1, state);

            Assert.Equal([member], MemberReader.Read([member], [instance], Some.Now, Lag, [(instance.Id, Some.Now)]));
        }

        Assert.Equal([member], MemberReader.Read([member], [], Before, Lag, []));
        Assert.Empty(MemberReader.Read([member], [], Some.Now, TimeSpan.Zero, []));
    }

    [Fact]
    public void One_that_drained_is_remembered_until_no_listing_can_be_older_than_its_end()
    {
        var member = new Member { Instance = new("i-0001"), Phase = MemberPhase.Draining, Since = Before };

        var unseen = MemberReader.Read([member], [], Some.Now, Lag, []);
        var still = MemberReader.Read(unseen, [], Some.Now + (Lag / 2), Lag, []);
        var stale = MemberReader.Read(still, [Some.Instance(1)], Some.Now + (Lag / 2), Lag, []);

        Assert.Equal([member with { RetryAt = Some.Now + Lag }], unseen);
        Assert.Equal(unseen, still);
        Assert.Equal([member], stale);
        Assert.Empty(MemberReader.Read(still, [], Some.Now + Lag, Lag, []));
    }

    [Fact]
    public void A_member_whose_instance_is_gone_is_forgotten()
    {
        var booting = new Member { Instance = new("i-9999"), Phase = MemberPhase.Booting, Since = Before };

        Assert.Empty(MemberReader.Read([booting], Some.Instances(3), Some.Now, Lag, []));
    }
}
