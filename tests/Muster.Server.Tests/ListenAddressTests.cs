using Muster.Core;

namespace Muster.Server.Tests;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:7474", "127.0.0.1:7474")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("0.0.0.0:80", "0.0.0.0:80")]
    [InlineData("[::1]:7474", "[::1]:7474")]
    public void An_address_and_a_port_are_read(string text, string endpoint) =>
        Assert.Equal(endpoint, ListenAddress.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData(":7474")]
    [InlineData("7474")]
    [InlineData("::1")]
    [InlineData("::1:7474")]
    [InlineData("example.org:80")]
    [InlineData("127.0.0.1:65536")]
    public void Anything_else_is_named_with_what_is_allowed(string text)
    {
        var refused = Assert.Throws<InputException>(() => ListenAddress.Parse(text));

        Assert.Equal(("listen", text), (refused.Errors.Single().Field, refused.Errors.Single().Value));
    }
}
