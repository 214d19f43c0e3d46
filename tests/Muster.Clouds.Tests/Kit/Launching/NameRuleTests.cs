using Muster.Clouds.Kit.Launching;

namespace Muster.Clouds.Tests.Kit.Launching;

public sealed class NameRuleTests
{
    private static readonly NameRule Host = new()
    {
        LengthMax = 63, First = char.IsAsciiLetter, Rest = c => char.IsAsciiLetterOrDigit(c) || c == '-',
    };

    [Theory]
    [InlineData("web-729aa5355ebb", "web-729aa5355ebb")]
    [InlineData("web.api_1-729aa5355ebb", "web-api-1-729aa5355ebb")]
    [InlineData("3web-729aa5355ebb", "i3web-729aa5355ebb")]
    [InlineData("_web-729aa5355ebb", "i-web-729aa5355ebb")]
    public void A_name_becomes_one_that_the_cloud_takes(string name, string taken) => Assert.Equal(taken, Host.For(name));

    [Fact]
    public void A_cloud_that_takes_everything_only_has_its_say_on_the_first_character() =>
        Assert.Equal("i_web.api", new NameRule { LengthMax = 128 }.For("_web.api"));

    [Theory]
    [InlineData("web-1", true)]
    [InlineData("../web", false)]
    [InlineData("", false)]
    public void What_no_instance_can_be_called_is_known(string name, bool can) => Assert.Equal(can, Host.CanBe(name));

    [Fact]
    public void A_name_that_is_too_long_is_none() => Assert.False(Host.CanBe(new('a', 64)));
}
