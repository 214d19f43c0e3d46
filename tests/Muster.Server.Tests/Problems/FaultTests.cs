using Muster.Core.Clouds;
using Muster.Core.Storage;
using Muster.Server.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Server.Tests.Problems;

public sealed class FaultTests
{
    [Theory]
    [InlineData(StoreErrorKind.Unavailable, 503, "store_unavailable")]
    [InlineData(StoreErrorKind.Ambiguous, 503, "store_ambiguous")]
    [InlineData(StoreErrorKind.Full, 507, "store_full")]
    [InlineData(StoreErrorKind.Unusable, 500, "store_unusable")]
    public async Task A_failing_store_is_told_apart(StoreErrorKind kind, int status, string code)
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        server.Faults.Fault = new StoreException(kind, "the store says so");

        foreach (var (method, path, body) in new[]
        {
            ("GET", "/v1/groups", null), ("GET", "/v1/groups/shop", null), ("GET", "/v1/events", null), ("GET", "/v1/status", null),
            ("PUT", "/v1/groups/shop/capacity", """{"desired":7}"""),
            ("POST", "/v1/groups", """{"name":"bar","template":"web","capacity":{"desired":1}}"""),
        })
        {
            var answer = await server.SendAsync(method, path, body);
            Assert.Equal("the store says so", answer.Problem(status, code).Detail);
            Assert.Equal(status == 503, answer.Headers.RetryAfter is not null);
        }

        server.Faults.Fault = null;
        Assert.Equal(1, (await server.GetAsync("/v1/groups/shop")).Json.GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_full_store_is_logged_once_a_minute_in_words()
    {
        await using var server = await RunningServer.StartDevAsync();
        (await server.GetAsync("/v1/groups")).Good(200);
        server.Faults.Fault = new StoreException(StoreErrorKind.Full, "the disk is full", new IOException("the original"));

        for (var i = 0; i < 3; i++)
        {
            (await server.GetAsync("/v1/groups")).Problem(507, "store_full");
        }

        var lines = server.Logs.Lines.Where(line => line.Contains("store_full", StringComparison.Ordinal)).ToList();
        Assert.Equal(["Warning", "Debug", "Debug"], lines.Select(line => line.Split(':')[0]));
        Assert.Contains("GET /v1/groups failed: store_full: the disk is full", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(
            lines, line => line.Contains("   at ", StringComparison.Ordinal) || line.Contains("the original", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_reads_figures_is_told_soon_when_the_store_does_not_say_whose_token_it_is()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        var token = await server.AddTokenAsync("prometheus", "read");
        server.Faults.KnowsNoTokens = true;

        var answer = await server.SendAsync("GET", "/metrics", headers: ("Authorization", $"Bearer {token}"));

        Assert.Equal("the store has not said within 3 s whose token this is", answer.Problem(503, "store_unavailable").Detail);
    }

    [Fact]
    public async Task A_bug_is_told_without_its_internals_and_logged_with_them_under_the_same_id()
    {
        await using var server = await RunningServer.StartDevAsync();
        (await server.GetAsync("/v1/groups")).Good(200);
        server.Faults.Fault = new InvalidOperationException("the password is swordfish");

        var answer = await server.GetAsync("/v1/groups");

        var problem = answer.Problem(500, "internal");
        Assert.DoesNotContain("swordfish", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", answer.Body, StringComparison.Ordinal);
        await server.Logs.WaitForAsync("swordfish");
        Assert.Contains(server.Logs.Lines, line =>
            line.Contains(problem.Instance!, StringComparison.Ordinal) && line.Contains("swordfish", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(CloudErrorKind.Unavailable, 502, "cloud_unavailable")]
    [InlineData(CloudErrorKind.Unauthorized, 502, "cloud_unauthorized")]
    [InlineData(CloudErrorKind.InvalidRequest, 502, "cloud_refused")]
    public async Task A_failing_cloud_is_told_apart_and_its_check_says_so(CloudErrorKind kind, int status, string code)
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        server.Weather.Pages = new() { Refusal = new(kind, "the cloud says so") };

        foreach (var path in new[] { "/v1/groups/shop/instances", "/v1/groups/shop/plan" })
        {
            Assert.Equal("the cloud says so", (await server.GetAsync(path)).Problem(status, code).Detail);
        }

        var check = (await server.GetAsync("/v1/clouds/sim/check")).Good(200).Json;
        Assert.False(check.GetProperty("good").GetBoolean());
        Assert.Equal("the cloud says so", check.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_cloud_that_asked_to_be_left_alone_is_not_asked_and_the_user_told_how_long()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        server.Weather.Pages = new() { Refusal = new(CloudErrorKind.Throttled, "slow down", TimeSpan.FromSeconds(100)) };
        (await server.GetAsync("/v1/groups/shop/instances")).Problem(503, "cloud_throttled");
        server.Weather.Pages = CallFate.Good;

        var answer = await server.GetAsync("/v1/groups/shop/instances");

        answer.Problem(503, "cloud_throttled");
        Assert.InRange(answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0, 50, 100);
        (await server.PostAsync("/v1/templates", """{"name":"b","cloud":"sim","image":"hello"}""")).Problem(503, "cloud_throttled");
        var check = (await server.GetAsync("/v1/clouds/sim/check")).Good(200).Json;
        Assert.Equal("cloud_throttled", check.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Half_a_listing_is_never_shown()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync(desired: 5);
        await server.Client.CheckGroupAsync("shop", TestContext.Current.CancellationToken);
        server.Weather.Pages = new() { CutsListing = true };

        (await server.GetAsync("/v1/groups/shop/instances")).Problem(502, "cloud_listing_cut_short");
    }

    [Fact]
    public async Task Foreign_instances_are_never_shown_also_when_the_cloud_shows_them()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop", desired: 2);
        await server.AddGroupAsync("bar", desired: 3);
        await server.Client.CheckGroupAsync("shop", TestContext.Current.CancellationToken);
        await server.Client.CheckGroupAsync("bar", TestContext.Current.CancellationToken);
        server.Weather.Pages = new() { IgnoresFilter = true };

        var shown = (await server.GetAsync("/v1/groups/shop/instances")).Good(200).Json.GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(2, shown.Count);
        Assert.All(shown, instance => Assert.Equal("shop", instance.GetProperty("tags").GetProperty("muster.group_name").GetString()));
    }
}
