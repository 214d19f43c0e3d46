using Muster.Terraform.Plugin;

namespace Muster.Terraform.Tests.Plugin;

public sealed class HandshakeTests
{
    [Fact]
    public void Only_the_cookie_and_no_arguments_make_it_the_provider()
    {
        static string? Cookie(string name) => name == Handshake.CookieVariable ? Handshake.Cookie : null;

        Assert.True(TerraformPlugin.IsAsked([], Cookie));
        Assert.False(TerraformPlugin.IsAsked(["version"], Cookie));
        Assert.False(TerraformPlugin.IsAsked([], _ => null));
        Assert.False(TerraformPlugin.IsAsked([], _ => "another"));
    }

    [Theory]
    [InlineData("6")]
    [InlineData("5,6")]
    [InlineData("6,5")]
    public void Protocol_6_is_taken_wherever_it_stands(string offered) => Assert.NotNull(Handshake.Read(Environment(offered)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("16")]
    public void Another_protocol_is_refused_with_what_is_needed(string? offered) =>
        Assert.Contains(
            "Terraform 1.5 or later",
            Assert.Throws<HandshakeException>(() => Handshake.Read(Environment(offered))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_certificate_that_is_none_is_refused() => Assert.Throws<HandshakeException>(() => Handshake.Read(name => name switch
    {
        "PLUGIN_PROTOCOL_VERSIONS" => "6",
        "PLUGIN_CLIENT_CERT" => "nonsense",
        _ => null,
    }));

    private static Func<string, string?> Environment(string? offered) => name => name == "PLUGIN_PROTOCOL_VERSIONS" ? offered : null;
}
