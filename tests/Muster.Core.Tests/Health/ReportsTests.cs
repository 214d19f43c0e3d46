using Muster.Core.Health;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Health;

public sealed class ReportsTests
{
    [Theory]
    [InlineData(null, "report")]
    [InlineData("disk", "disk")]
    public void Whoever_reports_may_call_itself_something(string? source, string kept) =>
        Assert.Equal(kept, Reports.Read("healthy", source, null, null, null, Some.Now).Source);

    [Theory]
    [InlineData(null, "instance")]
    [InlineData("instance", "instance")]
    [InlineData("disk", "instance:disk")]
    [InlineData("person", "instance:person")]
    public void An_instance_speaks_in_its_own_name_alone(string? source, string kept) =>
        Assert.Equal(kept, Reports.Read("healthy", source, null, null, null, Some.Now, ofItself: true).Source);

    [Theory]
    [InlineData("probe")]
    [InlineData("person")]
    [InlineData("cloud")]
    [InlineData("instance")]
    [InlineData("instance:disk")]
    public void Nobody_else_speaks_in_the_name_of_muster_or_of_the_instance(string source) =>
        Assert.Equal(
            "source", Assert.Single(Assert.Throws<InputException>(
                () => Reports.Read("healthy", source, null, null, null, Some.Now)).Errors).Field);

    [Fact]
    public void A_heartbeat_says_for_how_long_it_holds()
    {
        var beat = Reports.Read("healthy", null, null, 30, null, Some.Now);

        Assert.Equal((Some.Now.AddSeconds(30), TimeSpan.FromSeconds(30)), (beat.ExpiresAt, beat.Ttl));
        Assert.True(beat.IsBeating);
        Assert.False(Reports.Read("healthy", null, null, null, null, Some.Now).IsBeating);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once() => Assert.Equal(
        ["verdict", "source", "detail", "ttl_s"],
        Assert.Throws<InputException>(() => Reports.Read("fine", "a b", "a\nb", 0, null, Some.Now)).Errors.Select(error => error.Field));
}
