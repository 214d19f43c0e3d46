using System.Collections.Immutable;
using System.Text.Json;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Server.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Server.Tests.Clouds;

/// <summary>What only some clouds can do, over HTTP.</summary>
public sealed class CloudAbilityTests
{
    private AbleCloud _able = null!;

    [Fact]
    public async Task A_check_tells_what_the_cloud_says_of_itself_between_the_listing_and_the_template_and_not_of_what_nobody_uses()
    {
        await using var server = await StartAsync();
        var admin = await server.AddTokenAsync("boss", "admin");
        _able.Steps.AddRange([new("identity", true, "robot@example"), new("quota", true, "3 of 10 left")]);

        var check = (await GetAsync(server, "/v1/clouds/able/check", admin)).Good(200).Json;

        Assert.True(check.GetProperty("good").GetBoolean());
        Assert.Equal(
            ["endpoint", "credentials", "permissions", "identity", "quota"],
            check.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("step").GetString()));
    }

    [Fact]
    public async Task A_bad_step_of_the_clouds_own_is_a_bad_check()
    {
        await using var server = await StartAsync();
        var admin = await server.AddTokenAsync("boss", "admin");
        _able.Steps.Add(new("permissions", false, "may not launch: allow ec2:RunInstances"));

        var check = (await GetAsync(server, "/v1/clouds/able/check", admin)).Good(200).Json;

        Assert.False(check.GetProperty("good").GetBoolean());
        Assert.Equal("may not launch: allow ec2:RunInstances", check.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData(CloudErrorKind.Throttled, "calls", "throttled, try again later: RequestLimitExceeded")]
    [InlineData(CloudErrorKind.Unauthorized, "account", "RequestLimitExceeded")]
    [InlineData(CloudErrorKind.Unavailable, "account", "RequestLimitExceeded")]
    public async Task What_fails_after_the_listing_is_told_once_and_as_what_it_is(CloudErrorKind kind, string step, string message)
    {
        await using var server = await StartAsync();
        var admin = await server.AddTokenAsync("boss", "admin");
        _able.Refusal = new(kind, "RequestLimitExceeded");

        var check = (await GetAsync(server, "/v1/clouds/able/check", admin)).Good(200).Json;

        Assert.False(check.GetProperty("good").GetBoolean());
        Assert.Equal(
            [
                ("endpoint", true, "answers"), ("credentials", true, "taken"),
                ("permissions", true, "may list; 0 instances of this account"), (step, false, message),
            ],
            StepsOf(check));
    }

    [Theory]
    [InlineData(CloudErrorKind.Throttled, "calls", "throttled, try again later: no")]
    [InlineData(CloudErrorKind.Unauthorized, "credentials", "no")]
    [InlineData(CloudErrorKind.InvalidRequest, "permissions", "no")]
    public async Task A_refused_listing_is_told_as_what_it_is(CloudErrorKind kind, string step, string message)
    {
        await using var server = await StartAsync();
        var admin = await server.AddTokenAsync("boss", "admin");
        server.Weather.Pages = new() { Refusal = new(kind, "no") };

        var check = (await GetAsync(server, "/v1/clouds/able/check", admin)).Good(200).Json;

        Assert.Equal([("endpoint", true, "answers"), (step, false, message)], StepsOf(check));
    }

    [Fact]
    public async Task A_listing_that_breaks_off_is_no_missing_right()
    {
        await using var server = await StartAsync();
        var admin = await server.AddTokenAsync("boss", "admin");
        server.Weather.Pages = new() { CutsListing = true };

        var check = (await GetAsync(server, "/v1/clouds/able/check", admin)).Good(200).Json;

        Assert.Equal("cloud_listing_cut_short", check.GetProperty("error").GetString());
        Assert.Equal(
            [
                ("endpoint", true, "answers"), ("credentials", true, "taken"),
                ("listing", false, "try again: cloud 'able' listed 0 instances and broke off"),
            ],
            StepsOf(check));
    }

    [Theory]
    [InlineData(true, "may list; 0 instances of this account; may launch")]
    [InlineData(false, "may launch")]
    public async Task Permissions_are_one_step_whoever_looks_at_them(bool isGood, string message)
    {
        await using var server = await StartAsync();
        var admin = await server.AddTokenAsync("boss", "admin");
        _able.Steps.AddRange([new("identity", true, "robot@example"), new("permissions", isGood, "may launch")]);

        var check = (await GetAsync(server, "/v1/clouds/able/check", admin)).Good(200).Json;

        Assert.Equal(("permissions", isGood, message), Assert.Single(StepsOf(check), step => step.Name == "permissions"));
    }

    [Fact]
    public async Task Leftovers_are_listed_by_kind_and_id_and_removed_one_by_one()
    {
        await using var server = await StartAsync();
        var admin = await server.AddTokenAsync("boss", "admin");
        var old = server.Clock.GetUtcNow() - TimeSpan.FromDays(1);
        _able.Parts.AddRange([new("volume", "vol-2", "disk", old), new("interface", "eni-1", null, old)]);

        var listed = (await GetAsync(server, "/v1/clouds/able/leftovers", admin)).Good(200).Json.GetProperty("items");
        Assert.Equal(["eni-1", "vol-2"], listed.EnumerateArray().Select(part => part.GetProperty("id").GetString()));
        Assert.All(listed.EnumerateArray(), part => Assert.Equal(JsonValueKind.Null, part.GetProperty("kept").ValueKind));

        (await DeleteAsync(server, "/v1/clouds/able/leftovers?kind=volume&id=vol-2", admin)).Good(200);
        Assert.Equal("eni-1", Assert.Single(_able.Parts).Id);
        (await DeleteAsync(server, "/v1/clouds/able/leftovers?kind=volume&id=vol-2", admin)).Problem(404, "leftover_not_found");

        // An id of another kind is not what was listed.
        (await DeleteAsync(server, "/v1/clouds/able/leftovers?kind=volume&id=eni-1", admin)).Problem(404, "leftover_not_found");
        (await DeleteAsync(server, "/v1/clouds/able/leftovers?kind=volume", admin)).Problem(400, "invalid_input", "id");
    }

    [Fact]
    public async Task A_young_leftover_is_kept_as_a_launch_may_be_on_its_way_to_it()
    {
        await using var server = await StartAsync();
        var admin = await server.AddTokenAsync("boss", "admin");
        _able.Parts.Add(new("volume", "vol-1", null, server.Clock.GetUtcNow()));

        var part = Assert.Single((await GetAsync(server, "/v1/clouds/able/leftovers", admin)).Good(200).Json
            .GetProperty("items").EnumerateArray());
        Assert.StartsWith("it is young", part.GetProperty("kept").GetString(), StringComparison.Ordinal);
        var problem = (await DeleteAsync(server, "/v1/clouds/able/leftovers?kind=volume&id=vol-1", admin)).Problem(409, "leftover_young");
        Assert.Contains("ask again in", problem.Detail, StringComparison.Ordinal);
        Assert.Single(_able.Parts);
    }

    [Fact]
    public async Task A_leftover_without_an_age_is_as_old_as_the_server_has_seen_it()
    {
        await using var server = await StartAsync();
        var admin = await server.AddTokenAsync("boss", "admin");
        _able.Parts.Add(new("interface", "nic-1", null, null));
        const string path = "/v1/clouds/able/leftovers?kind=interface&id=nic-1";

        (await DeleteAsync(server, path, admin)).Problem(409, "leftover_young");
        server.Clock.Shift += TimeSpan.FromHours(1);
        (await DeleteAsync(server, path, admin)).Good(200);
        Assert.Empty(_able.Parts);

        // One that was away in between is a new one.
        _able.Parts.Add(new("interface", "nic-1", null, null));
        (await GetAsync(server, "/v1/clouds/able/leftovers", admin)).Good(200);
        _able.Parts.Clear();
        (await GetAsync(server, "/v1/clouds/able/leftovers", admin)).Good(200);
        server.Clock.Shift += TimeSpan.FromHours(1);
        _able.Parts.Add(new("interface", "nic-1", null, null));
        (await DeleteAsync(server, path, admin)).Problem(409, "leftover_young");
    }

    [Fact]
    public async Task A_machine_is_read_into_what_makes_a_template()
    {
        await using var server = await StartAsync();
        var admin = await server.AddTokenAsync("boss", "admin");
        _able.Machines["i-1"] = new()
        {
            Image = "debian-12",
            Size = "small",
            Networks = ["net-1"],
            Tags = ImmutableSortedDictionary<string, string>.Empty.Add("role", "web"),
            LeftOut = ["its second disk"],
        };

        var read = (await GetAsync(server, "/v1/clouds/able/template?like=i-1", admin)).Good(200).Json;
        var template = read.GetProperty("template");
        Assert.Equal("able", template.GetProperty("cloud").GetString());
        Assert.Equal("debian-12", template.GetProperty("image").GetString());
        Assert.Equal("net-1", template.GetProperty("networks")[0].GetString());
        Assert.Equal("web", template.GetProperty("tags").GetProperty("role").GetString());
        Assert.Equal(JsonValueKind.Null, template.GetProperty("options").ValueKind);
        Assert.Equal("its second disk", read.GetProperty("left_out")[0].GetString());

        (await GetAsync(server, "/v1/clouds/able/template?like=i-2", admin)).Problem(404, "machine_not_found");
        (await GetAsync(server, "/v1/clouds/able/template", admin)).Problem(400, "invalid_input", "like");
    }

    [Fact]
    public async Task Machines_of_a_cloud_that_accounts_share_are_not_read_by_one_account()
    {
        await using var server = await StartAsync();
        var theirs = await server.AddTokenAsync("team", "admin", "first");
        _able.Machines["i-1"] = new() { Image = "debian-12" };

        (await GetAsync(server, "/v1/clouds/able/template?like=i-1", theirs)).Problem(403, "forbidden");
    }

    [Fact]
    public async Task A_cloud_that_cannot_says_so()
    {
        await using var server = await StartAsync();
        var admin = await server.AddTokenAsync("boss", "admin");

        (await GetAsync(server, "/v1/clouds/sim/leftovers", admin)).Problem(409, "cloud_cannot");
        (await GetAsync(server, "/v1/clouds/sim/template?like=i-1", admin)).Problem(409, "cloud_cannot");
        (await GetAsync(server, "/v1/clouds/mars/leftovers", admin)).Problem(404, "cloud_not_found");
    }

    private static IEnumerable<(string? Name, bool IsGood, string? Message)> StepsOf(JsonElement check) =>
        check.GetProperty("steps").EnumerateArray().Select(step => (
            step.GetProperty("step").GetString(), step.GetProperty("good").GetBoolean(), step.GetProperty("message").GetString()));

    private async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartWithTokensAsync();
        _able = new(new SimulatedCloud("able", server.Cloud.Traits, server.Weather, server.Clock));
        server.Clouds.Add(new("able", "simulated", GovernedCloud.Over("able", _able, server.Clock)));
        return server;
    }

    private static Task<Answer> GetAsync(RunningServer server, string path, string token) => AskAsync(server, "GET", path, token);

    private static Task<Answer> DeleteAsync(RunningServer server, string path, string token) => AskAsync(server, "DELETE", path, token);

    private static Task<Answer> AskAsync(RunningServer server, string method, string path, string token) =>
        server.SendAsync(method, path, headers: ("Authorization", $"Bearer {token}"));
}
