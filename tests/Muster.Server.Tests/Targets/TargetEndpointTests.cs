using Muster.Core.Governing;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Targets;

/// <summary>Who of a group is in service, for those who pull.</summary>
public sealed class TargetEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_gets_a_target_for_each_member_in_service_with_labels()
    {
        await using var server = await StartAsync();
        var id = server.Cloud.Instances[0].Id.Value;

        var answer = (await server.GetAsync("/v1/groups/shop/targets?format=prometheus&port=9100")).Good(200);

        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(
            ["10.0.0.1:9100", "10.0.0.2:9100", "10.0.0.3:9100"],
            answer.Json.EnumerateArray().Select(target => target.GetProperty("targets")[0].GetString()));
        var labels = answer.Json[0].GetProperty("labels");
        Assert.Equal(
            ("shop", "seen", id),
            (
                labels.GetProperty("__meta_muster_group").GetString(), labels.GetProperty("__meta_muster_cloud").GetString(),
                labels.GetProperty("__meta_muster_instance_id").GetString()));
    }

    [Fact]
    public async Task Traefik_gets_a_service_with_the_groups_name()
    {
        await using var server = await StartAsync();

        var answer = (await server.GetAsync("/v1/groups/shop/targets?format=traefik&port=attribute:port")).Good(200);

        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(
            """
            {"http":{"services":{"shop":{"loadBalancer":{"servers":[{"url":"http://10.0.0.1:9001"},{"url":"http://10.0.0.2:9002"},
            {"url":"http://10.0.0.3:9003"}]}}}}}
            """.ReplaceLineEndings(""),
            answer.Body);
    }

    [Fact]
    public async Task Lines_need_no_port_and_take_the_network_of_the_health_check()
    {
        await using var server = await StartAsync();

        var plain = (await server.GetAsync("/v1/groups/shop/targets?format=lines")).Good(200);

        // Those whose launches are over need no healthy word first.
        server.Clock.Shift = TimeSpan.FromMinutes(10);
        await server.Client.CheckGroupAsync("shop", Cancel);
        (await server.SendAsync(
            "PATCH", "/v1/groups/shop", """{"health":{"kind":"https","port":8443,"network":"fd00::/8"}}""")).Good(200);
        var probed = (await server.GetAsync("/v1/groups/shop/targets?format=lines")).Good(200);
        var traefik = (await server.GetAsync("/v1/groups/shop/targets?format=traefik")).Good(200);

        Assert.Equal("text/plain", plain.ContentType);
        Assert.Equal("10.0.0.1\n10.0.0.2\n10.0.0.3\n", plain.Body);
        Assert.Equal("[fd00::1]:8443\n[fd00::2]:8443\n[fd00::3]:8443\n", probed.Body);
        Assert.Contains("https://[fd00::1]:8443", traefik.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_not_in_service_is_not_listed()
    {
        await using var server = await StartAsync();
        var (sick, aside) = (server.Cloud.Instances[0].Id.Value, server.Cloud.Instances[1].Id.Value);

        (await server.SendAsync("PUT", $"/v1/instances/{sick}/health", """{"verdict":"unhealthy"}""")).Good(200);
        (await server.PostAsync($"/v1/instances/{aside}/standby", "{}")).Good(200);

        Assert.Equal("10.0.0.3\n", (await server.GetAsync("/v1/groups/shop/targets?format=lines")).Good(200).Body);
    }

    [Fact]
    public async Task The_same_again_is_not_sent_again()
    {
        await using var server = await StartAsync();
        var tag = (await server.GetAsync("/v1/groups/shop/targets?format=lines")).Good(200).Headers.ETag!.Tag;

        var same = await AskAsync(server, tag, "");
        (await server.PostAsync($"/v1/instances/{server.Cloud.Instances[0].Id.Value}/standby", "{}")).Good(200);
        var other = (await AskAsync(server, tag, "")).Good(200);

        Assert.Equal((304, ""), (same.Status, same.Body));
        Assert.Equal(tag, same.Headers.ETag!.Tag);
        Assert.NotEqual(tag, other.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task Who_waits_is_answered_when_something_is_different()
    {
        await using var server = await StartAsync();
        var tag = (await server.GetAsync("/v1/groups/shop/targets?format=lines")).Good(200).Headers.ETag!.Tag;

        var waiting = AskAsync(server, tag, "&wait_s=60");
        (await server.PostAsync($"/v1/instances/{server.Cloud.Instances[0].Id.Value}/standby", "{}")).Good(200);

        Assert.Equal("10.0.0.2\n10.0.0.3\n", (await waiting).Good(200).Body);
    }

    [Fact]
    public async Task Who_asks_again_and_again_does_not_have_the_cloud_listed_each_time()
    {
        var (server, cloud) = await StartSeenAsync();
        await using var _ = server;
        (await server.GetAsync("/v1/groups/shop/targets?format=lines")).Good(200);
        var before = cloud.Listings;

        for (var i = 0; i < 5; i++)
        {
            (await server.GetAsync("/v1/groups/shop/targets?format=lines")).Good(200);
        }

        Assert.Equal(before, cloud.Listings);
        server.Clock.Shift += TimeSpan.FromSeconds(10);
        (await server.GetAsync("/v1/groups/shop/targets?format=lines")).Good(200);
        Assert.Equal(before + 1, cloud.Listings);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("127.0.0.1:8080", "127.0.0.1")]
    [InlineData("fd00::1", "fd00::1")]
    [InlineData("[fd00::1]:8080", "fd00::1")]
    [InlineData("[::]:8080", "::")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("web.example:8080", "web.example")]
    [InlineData("web.example", "web.example")]
    public void The_host_of_an_address_is_without_the_port_that_a_cloud_lists_beside_it(string listed, string host) =>
        Assert.Equal(host, Muster.Core.Instances.InstanceAddress.HostOf(listed));

    [Theory]
    [InlineData("", "port")]
    [InlineData("?format=nginx&port=0&wait_s=61&scheme=ftp", "format", "port", "scheme", "wait_s")]
    [InlineData("?port=attribute:", "port")]
    public async Task What_is_wrong_is_told_at_once(string query, params string[] fields)
    {
        await using var server = await StartAsync();

        (await server.GetAsync($"/v1/groups/shop/targets{query}")).Problem(400, "invalid_input", fields);
    }

    [Fact]
    public async Task A_cloud_that_cannot_be_listed_is_told_and_nobody_is_left_out()
    {
        await using var server = await StartAsync();
        server.Clouds.Find(default, "seen")!.Cloud.Governor
            .OnFailed(new(Core.Clouds.CloudErrorKind.Throttled, "too much", TimeSpan.FromMinutes(1)));

        (await server.GetAsync("/v1/groups/shop/targets?format=lines")).Problem(503, "cloud_throttled");
    }

    private static Task<Answer> AskAsync(RunningServer server, string tag, string more) =>
        server.SendAsync("GET", $"/v1/groups/shop/targets?format=lines{more}", headers: ("If-None-Match", tag));

    private static async Task<RunningServer> StartAsync() => (await StartSeenAsync()).Server;

    private static async Task<(RunningServer Server, AddressedCloud Cloud)> StartSeenAsync()
    {
        var server = await RunningServer.StartDevAsync();
        var cloud = new AddressedCloud(server.Cloud);
        server.Clouds.Add(new CloudEntry("seen", "simulated", GovernedCloud.Over("seen", cloud, server.Clock)));
        (await server.PostAsync("/v1/templates", """{"name":"web","cloud":"seen","image":"hello"}""")).Good(201);
        await server.AddGroupAsync();
        await server.Client.CheckGroupAsync("shop", Cancel);
        await server.Client.CheckGroupAsync("shop", Cancel);
        return (server, cloud);
    }
}
