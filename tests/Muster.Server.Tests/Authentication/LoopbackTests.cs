using System.Collections.Immutable;
using System.Net;

using Muster.Core;
using Muster.Server.Options;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Authentication;

public sealed class LoopbackTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    public void Without_authentication_an_address_that_others_can_reach_is_refused(string address)
    {
        var options = new ServerOptions
        {
            Authentication = AuthenticationMode.LoopbackWithoutAuthentication,
            Listen = new(IPAddress.Parse(address), 7474),
        };

        Assert.Equal("listen", Assert.Single(WrongOf(options)).Field);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("::1")]
    public void Without_authentication_a_loopback_address_is_fine(string address) => Assert.Empty(WrongOf(new()
    {
        Authentication = AuthenticationMode.LoopbackWithoutAuthentication,
        Listen = new(IPAddress.Parse(address), 7474),
    }));

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        await using var first = await RunningServer.StartDevAsync();
        var options = new ServerOptions
        {
            Authentication = AuthenticationMode.LoopbackWithoutAuthentication,
            Listen = new(IPAddress.Loopback, first.Address.Port),
        };
        await using var second = MusterServer.Build(
            options, first.Store, first.Pulse, first.Clouds, first.Feed, first.Clock, new SystemRandomSource());

        var refused = await Assert.ThrowsAsync<ListenException>(
            () => MusterServer.StartAsync(second, options, TestContext.Current.CancellationToken));

        Assert.Equal($"{options.Listen} is in use by a Muster server: stop that one, or listen on another address", refused.Message);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:7474")]
    [InlineData("192.0.2.1:7474")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task A_foreign_host_name_is_refused_so_that_no_page_can_rebind_its_own(string host)
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.SendAsync("GET", "/v1/groups", headers: [("Host", host)])).Problem(403, "foreign_host");
        (await server.SendAsync("GET", "/healthz", headers: [("Host", host)])).Problem(403, "foreign_host");
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1")]
    [InlineData("127.0.0.1:80")]
    [InlineData("[::1]:80")]
    public async Task A_loopback_host_name_is_fine_with_any_port(string host)
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.SendAsync("GET", "/v1/groups", headers: [("Host", host)])).Good(200);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost:3000")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task What_a_web_page_of_another_origin_sends_is_refused(string header, string value)
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.SendAsync("POST", "/v1/templates", """{"name":"web","cloud":"sim","image":"hello"}""", headers: [(header, value)]))
            .Problem(403, "foreign_site");
        (await server.SendAsync("GET", "/v1/groups", headers: [(header, value)])).Problem(403, "foreign_site");
    }

    [Fact]
    public async Task A_page_of_the_server_itself_would_be_let_in()
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.SendAsync("GET", "/v1/groups", headers:
            [("Origin", server.Address.GetLeftPart(UriPartial.Authority)), ("Sec-Fetch-Site", "same-origin")])).Good(200);
    }

    [Fact]
    public async Task Without_authentication_everybody_is_dev()
    {
        await using var server = await RunningServer.StartDevAsync();

        var me = (await server.GetAsync("/v1/whoami")).Good(200).Json;

        Assert.Equal(("dev", "admin"), (me.GetProperty("author").GetString(), me.GetProperty("role").GetString()));
    }

    private static ImmutableArray<InputError> WrongOf(ServerOptions options)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        options.Check(errors);
        return errors.ToImmutable();
    }
}
