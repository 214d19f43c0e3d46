using Muster.Api.Client;

namespace Muster.Server.Tests.Client;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:7474", "http://127.0.0.1:7474/")]
    [InlineData("https://muster.example.com", "https://muster.example.com/")]
    [InlineData("localhost:7474", "http://localhost:7474/")]
    [InlineData("muster.example.com", "http://muster.example.com/")]
    [InlineData(" http://db:1 \n", "http://db:1/")]
    public void A_url_or_a_host_with_a_port_is_an_address(string text, string address)
    {
        Assert.True(ServerAddress.TryParse(text, out var read));
        Assert.Equal(address, read.AbsoluteUri);
    }

    [Theory]
    [InlineData("ftp://x")]
    [InlineData("http://")]
    [InlineData("")]
    [InlineData("http://x y")]
    [InlineData("host:port")]
    public void Anything_else_is_none(string text) => Assert.False(ServerAddress.TryParse(text, out _));

    [Theory]
    [InlineData("mst_abc.DEF-123", true)]
    [InlineData("", false)]
    [InlineData("two words", false)]
    [InlineData("line\nbreak", false)]
    [InlineData("größer", false)]
    public void A_token_is_what_a_header_can_carry(string text, bool isToken) => Assert.Equal(isToken, ServerAddress.IsToken(text));

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData(" \n", null)]
    [InlineData(" a b\n", "a b")]
    public void Blank_is_not_given_and_the_space_around_does_not_count(string? text, string? given) =>
        Assert.Equal(given, ServerAddress.Given(text));
}
