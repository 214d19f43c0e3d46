using Muster.Core;
using Muster.Core.Steering.Rounds;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Steering.Rounds;

public sealed class GroupShareTests
{
    private static readonly GroupId[] Groups = [.. Enumerable.Range(0, 3000).Select(number => new GroupId(Some.Id(number)))];

    [Fact]
    public void Every_group_is_one_servers_own_and_each_has_about_as_many()
    {
        string[] servers = ["a", "b", "c"];
        var shares = servers.Select(own => new GroupShare(servers, own)).ToArray();

        var owners = Groups.Select(group => shares.Count(share => share.IsOwn(group))).ToList();

        Assert.All(owners, count => Assert.Equal(1, count));
        Assert.All(shares, share => Assert.InRange(Groups.Count(share.IsOwn), 850, 1150));
    }

    [Fact]
    public void A_server_that_goes_moves_no_groups_but_its_own()
    {
        var before = new GroupShare(["a", "b", "c"], "a");
        var after = new GroupShare(["a", "b"], "a");

        Assert.All(Groups.Where(before.IsOwn), group => Assert.True(after.IsOwn(group)));
    }

    [Fact]
    public void A_server_that_is_not_listed_yet_has_none_and_one_alone_has_all()
    {
        Assert.DoesNotContain(Groups, new GroupShare(["b"], "a").IsOwn);
        Assert.DoesNotContain(Groups, new GroupShare([], "a").IsOwn);
        Assert.All(Groups, group => Assert.True(new GroupShare(["a"], "a").IsOwn(group)));
    }
}
