using System.Net;

using Muster.Outbound.Proxies;

namespace Muster.Outbound.Tests.Proxies;

public sealed class ProxyPolicyTests
{
    private const string Proxy = "http://proxy.example:3128";

    [Theory]
    [InlineData("http://127.0.0.1:7474")]
    [InlineData("https://127.9.8.7/")]
    [InlineData("http://[::1]:7474")]
    [InlineData("http://[::ffff:127.0.0.1]:7474")]
    [InlineData("http://localhost:7474")]
    [InlineData("http://LOCALHOST.:7474")]
    [InlineData("http://muster.localhost:7474")]
    [InlineData("http://0.0.0.0:7474")]
    [InlineData("ws://localhost/events")]
    public void This_machine_is_never_reached_through_a_proxy(string destination) => Assert.Null(
        Policy(("HTTP_PROXY", Proxy), ("HTTPS_PROXY", Proxy), ("ALL_PROXY", Proxy)).For(new(destination)));

    [Theory]
    [InlineData("http://192.0.2.7/")]
    [InlineData("http://localhost.example/")]
    [InlineData("http://notlocalhost/")]
    [InlineData("http://[2001:db8::1]/")]
    [InlineData("http://128.0.0.1/")]
    public void Everything_else_is(string destination) =>
        Assert.Equal(new Uri(Proxy), Policy(("HTTP_PROXY", Proxy)).For(new(destination))!.Address);

    [Theory]
    // A name, and all below it.
    [InlineData("example.com", "example.com", true)]
    [InlineData("example.com", "a.b.example.com", true)]
    [InlineData("example.com", "notexample.com", false)]
    [InlineData("example.com", "example.com.evil.org", false)]
    [InlineData(".example.com", "example.com", true)]
    [InlineData(".example.com", "a.example.com", true)]
    [InlineData(".example.com", "notexample.com", false)]
    [InlineData("*.example.com", "a.example.com", true)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("EXAMPLE.com.", "a.Example.COM", true)]
    [InlineData("*", "anything.org", true)]
    [InlineData("*:8443", "anything.org:8443", true)]
    [InlineData("*:8443", "anything.org", false)]
    // A port.
    [InlineData("example.com:8443", "example.com:8443", true)]
    [InlineData("example.com:8443", "example.com", false)]
    [InlineData("example.com:443", "example.com", true)]
    [InlineData("10.0.0.0/8:8443", "10.1.2.3:8443", true)]
    [InlineData("[fd00::1]:8443", "[fd00::1]:8443", true)]
    [InlineData("[fd00::1]:8443", "[fd00::1]", false)]
    // Addresses and ranges.
    [InlineData("10.0.0.0/8", "10.255.1.2", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("10.1.2.3/8", "10.9.9.9", true)]
    [InlineData("192.168.4.128/25", "192.168.4.127", false)]
    [InlineData("192.168.4.128/25", "192.168.4.200", true)]
    [InlineData("10.1.2.3", "10.1.2.3", true)]
    [InlineData("10.1.2.3", "10.1.2.30", false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "[2001:db8::1]", false)]
    [InlineData("::/0", "[2001:db8::1]", true)]
    [InlineData("fd00::/8", "[fd12:3456::9]", true)]
    [InlineData("fd00::/8", "[fe80::1]", false)]
    [InlineData("fd00::1", "[fd00:0::1]", true)]
    [InlineData("10.0.0.0/8", "[::ffff:10.1.2.3]", true)]
    // A range matches no name, and a name no address.
    [InlineData("10.0.0.0/8", "10.example.com", false)]
    [InlineData("2.3", "10.1.2.3", false)]
    // Separators.
    [InlineData("a.org, example.com", "example.com", true)]
    [InlineData("a.org example.com", "example.com", true)]
    [InlineData(" , ,example.com,", "example.com", true)]
    // What is nothing of this matches nothing, and never everything.
    [InlineData("10.0.0.0/33", "10.0.0.1", false)]
    [InlineData("10.0.0.0/-1", "10.0.0.1", false)]
    [InlineData("10.0.0.0/", "10.0.0.1", false)]
    [InlineData("example.com:99999", "example.com", false)]
    [InlineData("example.com:", "example.com", false)]
    [InlineData(".", "example.com", false)]
    [InlineData("*.", "example.com", false)]
    [InlineData("", "example.com", false)]
    public void No_proxy_is_understood(string list, string host, bool isDirect) =>
        Assert.Equal(isDirect, Policy(("HTTPS_PROXY", Proxy), ("NO_PROXY", list)).For(new($"https://{host}/path")) is null);

    [Fact]
    public void The_variable_of_the_scheme_comes_before_the_one_for_all_and_small_letters_before_capitals()
    {
        var policy = Policy(("http_proxy", "a:1"), ("HTTP_PROXY", "b:2"), ("ALL_PROXY", "c:3"));

        Assert.Equal(("http://a:1/", "http_proxy"), Told(policy, "http://x.org"));
        Assert.Equal(("http://c:3/", "ALL_PROXY"), Told(policy, "https://x.org"));
        Assert.Null(Policy(("HTTPS_PROXY", "")).For(new("https://x.org")));
    }

    [Fact]
    public void What_a_stranger_may_have_sent_to_a_CGI_program_is_no_proxy() =>
        Assert.Null(Policy(("HTTP_PROXY", Proxy), ("GATEWAY_INTERFACE", "CGI/1.1")).For(new("http://x.org")));

    [Theory]
    [InlineData("proxy.example", "http://proxy.example/")]
    [InlineData("proxy.example:3128", "http://proxy.example:3128/")]
    [InlineData("https://proxy.example", "https://proxy.example/")]
    [InlineData("socks5h://proxy.example", "socks5://proxy.example:1080/")]
    [InlineData("socks5://10.0.0.1:9050", "socks5://10.0.0.1:9050/")]
    [InlineData("http://[fd00::7]:3128", "http://[fd00::7]:3128/")]
    public void A_proxy_is_named_as_everybody_names_one(string value, string address) =>
        Assert.Equal(address, Told(Policy(("ALL_PROXY", value)), "https://x.org").Address);

    [Fact]
    public void Its_user_and_password_are_used_and_never_shown()
    {
        var policy = Policy(("HTTPS_PROXY", "http://jane:s%40cret@proxy.example:3128"));

        var route = policy.For(new("https://x.org"))!;
        // By the address that the platform is given, which is not the one that is told.
        var credential = CredentialFor(policy, "https://x.org")!;

        Assert.Equal(("jane", "s@cret"), (credential.UserName, credential.Password));
        Assert.Equal("proxy http://proxy.example:3128 (HTTPS_PROXY)", route.ToString());
    }

    [Fact]
    public void Each_variable_s_user_is_its_own_though_the_proxy_is_the_same()
    {
        var policy = Policy(
            ("https_proxy", "http://jane:a@proxy.example:3128"),
            ("HTTP_PROXY", "http://joe:b@proxy.example:3128"),
            ("all_proxy", "http://proxy.example:3128"));

        Assert.Equal("jane", CredentialFor(policy, "https://x.org")!.UserName);
        Assert.Equal("joe", CredentialFor(policy, "http://x.org")!.UserName);
        Assert.Null(CredentialFor(
            Policy(("https_proxy", "http://jane:a@proxy.example:3128"), ("http_proxy", "http://proxy.example:3128")), "http://x.org"));
    }

    [Theory]
    [InlineData("http://jane:12/cret@proxy.example:3128")]
    [InlineData("http://jane:12?cret@proxy.example:3128")]
    [InlineData("http://jane:12#cret@proxy.example:3128")]
    [InlineData("http://jane:s/cret@proxy.example:3128")]
    [InlineData("jane:12/cret@proxy.example:3128")]
    public void A_password_that_looks_like_the_end_of_an_address_is_refused_and_not_told(string value)
    {
        var error = Assert.Throws<ProxySettingException>(() => Policy(("HTTPS_PROXY", value)).For(new("https://x.org")));

        Assert.StartsWith("HTTPS_PROXY is '***@proxy.example:3128': ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("jane", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("12", error.Message.Replace("3128", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://[2001:db8::1]:8443/", "NO_PROXY=2001:db8::1")]
    [InlineData("https://x.org:8443/", "NO_PROXY=x.org")]
    [InlineData("https://10.0.0.1/", "NO_PROXY=10.0.0.1")]
    public void What_a_message_says_to_write_leaves_the_destination_out(string destination, string advice)
    {
        Assert.Equal(advice, ProxyPolicy.ExemptionOf(new(destination)));
        Assert.Null(Policy(("HTTPS_PROXY", Proxy), ("NO_PROXY", advice["NO_PROXY=".Length..])).For(new(destination)));
    }

    [Theory]
    [InlineData(
        "ftp://proxy.example",
        "HTTPS_PROXY is 'ftp://proxy.example': http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT of a proxy")]
    [InlineData(
        "ftp://jane:secret@proxy.example",
        "HTTPS_PROXY is '***@proxy.example': http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT of a proxy")]
    [InlineData("http://", "HTTPS_PROXY is 'http://': http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT of a proxy")]
    public void What_names_none_is_told(string value, string message)
    {
        var policy = Policy(("HTTPS_PROXY", value));

        Assert.Equal(message, Assert.Throws<ProxySettingException>(() => policy.For(new("https://x.org"))).Message);
        Assert.Null(policy.For(new("https://localhost")));
    }

    [Fact]
    public void The_environment_is_not_read_for_this_machine() =>
        Assert.Null(new ProxyPolicy(name => throw new InvalidOperationException(name)).For(new("https://127.0.0.1:7474")));

    internal static ProxyPolicy Policy(params (string Name, string Value)[] variables) =>
        new(name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault());

    /// <summary>As the platform asks for it.</summary>
    private static NetworkCredential? CredentialFor(IWebProxy policy, string destination) =>
        policy.Credentials!.GetCredential(policy.GetProxy(new(destination))!, "Basic");

    private static (string Address, string Variable) Told(ProxyPolicy policy, string destination)
    {
        var route = policy.For(new(destination))!;
        return (route.Address.AbsoluteUri, route.Variable);
    }
}
