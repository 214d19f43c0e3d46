using CsCheck;

using Muster.Clouds.DigitalOcean;
using Muster.Core;

namespace Muster.Clouds.Tests.DigitalOcean;

public sealed class DropletNamesTests
{
    private static readonly LaunchId Launch = new(Guid.Parse("0193abcd-ef01-7234-8567-89abcdef0123"));

    [Fact]
    public void A_name_that_ends_in_the_launch_id_has_the_rest_of_it_behind_a_dot()
    {
        var name = DropletNames.Of("web-0193abcdef01", Launch);

        Assert.Equal("web-0193abcdef01.3t82c62z4i8x2u9v".Length, name.Length);
        Assert.StartsWith("web-0193abcdef01.", name, StringComparison.Ordinal);
        Assert.Equal(("web-0193abcdef01", Launch), DropletNames.Read(name, prefix: null));
    }

    [Fact]
    public void Any_other_name_has_the_whole_of_it()
    {
        var name = DropletNames.Of("web", Launch);

        Assert.Equal(3 + 1 + 25, name.Length);
        Assert.Equal(("web", Launch), DropletNames.Read(name, prefix: null));
    }

    [Fact]
    public void Every_launch_comes_back_and_no_two_are_the_same_name_whatever_the_case() => Gen.Select(Gen.Guid, Gen.Guid, Gen.Bool).Sample(
        (one, other, endsInIt) =>
        {
            var name = endsInIt ? $"Web.x-{one.ToString("N")[..12]}" : "Web.x";
            var droplet = DropletNames.Of(name, new(one));

            Assert.Equal((name, new LaunchId(one)), DropletNames.Read(droplet, prefix: null));
            Assert.Matches(@"^[a-zA-Z0-9]?[a-z0-9A-Z.\-]*[a-z0-9A-Z]$", droplet);
            Assert.Equal(
                one == other, string.Equals(droplet, DropletNames.Of(name, new(other)), StringComparison.OrdinalIgnoreCase));
        });

    [Fact]
    public void A_name_that_DigitalOcean_does_not_take_comes_back_by_a_tag_that_all_of_its_group_have()
    {
        var (first, second) = ("_web_1-0193abcdef01", "_web_1-0193abcdef02");

        Assert.Equal("_web_1-", DropletNames.PrefixOf(first));
        Assert.Equal(DropletNames.PrefixOf(first), DropletNames.PrefixOf(second));
        Assert.StartsWith("i-web-1-0193abcdef01.", DropletNames.Of(first, Launch), StringComparison.Ordinal);
        Assert.Equal((first, Launch), DropletNames.Read(DropletNames.Of(first, Launch), "_web_1-"));
        Assert.Null(DropletNames.PrefixOf("web-0193abcdef01"));
    }

    [Fact]
    public void The_longest_name_is_as_long_as_Linux_takes_for_a_host()
    {
        var name = $"_{new string('a', DropletNames.Rule.AskedMax - 13)}{Launch.Value.ToString("N")[..12]}";

        Assert.Equal(63, DropletNames.Of(name, Launch).Length);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("web.example.com")]
    [InlineData("web-0193abcdef01")]
    [InlineData("web-0193abcdef01.")]
    [InlineData(".3t82c62z4i8x2u9v")]
    [InlineData("web.3t82c62z4i8x2u9v")]
    [InlineData("web-0193abcdeg01.3t82c62z4i8x2u9v")]
    [InlineData("web-0193abcdef01.zzzzzzzzzzzzzzzz")]
    [InlineData("web.zzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("web.00000000000000000000000_0")]
    [InlineData("")]
    public void A_name_that_somebody_else_gave_says_nothing_of_a_launch(string name) =>
        Assert.Equal((name, null), DropletNames.Read(name, prefix: null));
}
