using Muster.Core;
using Muster.Traffic.Haproxy;
using Muster.Traffic.Tests.Support;

namespace Muster.Traffic.Tests.Haproxy;

public sealed class ServerNamesTests
{
    private static readonly ServerNames Names = new("muster");

    [Theory]
    [InlineData("muster1", true)]
    [InlineData("muster42", true)]
    [InlineData("muster", false)]
    [InlineData("muster1a", false)]
    [InlineData("mustard1", false)]
    [InlineData("sorry", false)]
    public void A_slot_is_the_prefix_and_a_number(string name, bool isSlot) => Assert.Equal(isSlot, Names.IsSlot(name));

    [Fact]
    public void What_is_added_tells_its_group()
    {
        var name = Names.Of(Some.GroupId(1), "sim", new("i-0042"));

        Assert.Equal("muster-00000001-i-0042", name);
        Assert.True(Names.IsAdded(name, Some.GroupId(1)));
        Assert.False(Names.IsAdded(name, Some.GroupId(2)));
        Assert.False(Names.IsSlot(name));
    }

    [Fact]
    public void Ids_that_HAProxy_would_not_take_have_names_of_their_own()
    {
        var one = Names.Of(Some.GroupId(), "sim", new("a/b;c"));
        var other = Names.Of(Some.GroupId(), "sim", new("a_b_c"));

        Assert.NotEqual(one, other);
        Assert.All([one, other], name => Assert.DoesNotContain(name, c => c is '/' or ';' or ' '));
        Assert.True(Names.Of(Some.GroupId(), "sim", new(new string('x', 300))).Length < 90);
    }
}
