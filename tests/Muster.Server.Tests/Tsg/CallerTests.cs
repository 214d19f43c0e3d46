using System.Collections.Immutable;
using System.Net;

using Muster.Core;
using Muster.Server.Tests.Support;
using Muster.Triton;

namespace Muster.Server.Tests.Tsg;

/// <summary>Who the facade lets in.</summary>
public sealed class CallerTests
{
    [Theory]
    [InlineData("GET", "/v1/tsg/groups")]
    [InlineData("GET", "/v1/tsg/nothing")]
    [InlineData("PATCH", "/v1/tsg/groups")]
    [InlineData("GET", "/v1/tsg/groups/")]
    public async Task Who_one_is_comes_before_everything_else(string method, string path)
    {
        await using var server = await StartAsync(new());

        var answer = await server.SendAsync(method, path);

        Assert.Equal((401, "failed session authentication\n", "text/plain"), (answer.Status, answer.Body, answer.ContentType));
    }

    [Fact]
    public async Task A_token_of_the_installation_opens_it()
    {
        await using var server = await StartAsync(new());
        var bearer = ("Authorization", $"Bearer {await server.AddTokenAsync("ci", "operate")}");

        Assert.Equal("[]", (await server.SendAsync("GET", "/v1/tsg/groups", headers: bearer)).Good(200).Body);
        Assert.Equal(422, (await server.SendAsync("POST", "/v1/tsg/groups", "{}", headers: bearer)).Status);
    }

    [Fact]
    public async Task A_token_that_may_only_read_changes_nothing()
    {
        await using var server = await StartAsync(new());
        var bearer = ("Authorization", $"Bearer {await server.AddTokenAsync("eye", "read")}");

        var answer = await server.SendAsync("POST", "/v1/tsg/groups", "{}", headers: bearer);

        Assert.Equal((403, "token 'eye' has role read, and this needs operate\n"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Dev_mode_opens_the_facade_and_nothing_else()
    {
        await using var server = await StartAsync(new() { SkipsAuthentication = true });

        Assert.Equal("[]", (await server.GetAsync("/v1/tsg/groups")).Good(200).Body);
        (await server.GetAsync("/v1/groups")).Problem(401, "unauthenticated");
    }

    [Fact]
    public async Task Dev_mode_keeps_web_pages_out()
    {
        await using var server = await StartAsync(new() { SkipsAuthentication = true });

        var rebound = await server.SendAsync("GET", "/v1/tsg/groups", headers: ("Host", "evil.example.com"));
        var page = await server.SendAsync("GET", "/v1/tsg/groups", headers: ("Origin", "https://evil.example.com"));

        Assert.Equal((403, "text/plain"), (page.Status, page.ContentType));
        Assert.Equal("text/plain", rebound.ContentType);
        Assert.InRange(rebound.Status, 400, 499);
    }

    [Fact]
    public void Dev_mode_listens_on_loopback_only()
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();

        new TsgFace(new() { Cloud = "sim", SkipsAuthentication = true }).Check(new() { Listen = new(IPAddress.Any, 3000) }, errors);

        Assert.Equal("listen", Assert.Single(errors).Field);
    }

    private static Task<RunningServer> StartAsync(TsgOptions options)
    {
        options.Cloud = "sim";
        return RunningServer.StartAsync(new(), beats: false, faces: new TsgFace(options));
    }
}
