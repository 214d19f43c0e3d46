using Muster.Triton.Scaling;

namespace Muster.Cli.Tests.TsgScale;

public sealed class GoFlagsTests
{
    [Theory]
    [InlineData("--count", "3")]
    [InlineData("--count=3")]
    [InlineData("-c", "3")]
    [InlineData("-c=3")]
    [InlineData("-c3")]
    [InlineData("-c", "7", "--count", "3")]
    public void A_value_may_stand_in_every_way_and_the_last_one_counts(params string[] args) =>
        Assert.Equal("3", GoFlags.Parse(["scale", .. args], TsgFlags.All).Last(TsgFlags.Count));

    [Fact]
    public void Flags_may_stand_before_the_command()
    {
        var flags = GoFlags.Parse(["-A", "jane", "scale", "--tags", "a=1", "-t", "b=2", "--firewall"], TsgFlags.All);

        Assert.Equal(["scale"], flags.Words);
        Assert.Equal("jane", flags.Last(TsgFlags.Account));
        Assert.Equal(["a=1", "b=2"], flags.All(TsgFlags.Tag));
        Assert.Equal("true", flags.Last(TsgFlags.Firewall));
    }

    [Theory]
    [InlineData("unknown flag: --cuont", "--cuont", "3")]
    [InlineData("unknown shorthand flag: 'x' in -x", "-x")]
    [InlineData("flag needs an argument: --count", "--count")]
    public void What_is_not_understood_is_refused(string expected, params string[] args) =>
        Assert.Equal(expected, Assert.Throws<TsgScaleException>(() => GoFlags.Parse(args, TsgFlags.All)).Message);
}
