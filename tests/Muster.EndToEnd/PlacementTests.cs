using System.Text.Json;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd;

/// <summary>One group in several places, as docs/placements.md tells a new user to try it.</summary>
public sealed class PlacementTests : IAsyncDisposable
{
    private readonly string _directory = DevServer.NewData();
    private ServerProcess? _server;

    private ServerProcess Server => _server!;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Processes.KillAllOf(_directory);
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_group_over_Docker_and_LXD_stays_at_its_level_when_Docker_stops_and_moves_home_when_it_is_back()
    {
        await using var docker = await CloudDaemon.StartAsync("docker");
        await using var lxd = await CloudDaemon.StartAsync("lxd");
        await StartAsync(
            Cloud("docker", "docker", $"endpoint = \"{docker.Endpoint}\"\nstop_grace = \"0s\""),
            Cloud("lxd", "lxd", $"endpoint = \"{lxd.Endpoint}\"\nstop_grace = \"0s\""));
        await GoodAsync(
            "template", "create", "web", "--cloud", "docker", "--image", "muster-demo:1", "--network", "none", "--option", "pull=never");
        await GoodAsync("template", "create", "web-elsewhere", "--cloud", "lxd", "--image", "muster-demo");

        await GoodAsync(
            "group", "create", "web", "--capacity", "4", "--distribution", "ordered", "--placement", "home=web,max=3", "--placement",
            "away=web-elsewhere", "--spill-after", "2s", "--return-after", "2s", "--surge", "3", "--interval", "5s");
        await UntilAsync("web", "home 3, away 1");
        Assert.Equal((3, 1), (await docker.CountRunningAsync(), await lxd.CountRunningAsync()));

        await docker.DoAsync("stop_dockerd");
        await UntilAsync("web", "home degraded, away 4");
        Assert.Equal(4, await lxd.CountRunningAsync());

        await docker.DoAsync("start_dockerd");
        await UntilAsync("web", "home 3, away 1");
        Assert.Equal((3, 1), (await docker.CountRunningAsync(), await lxd.CountRunningAsync()));

        await GoodAsync("group", "delete", "web", "--yes");
        await GoodAsync("group", "wait", "web", "--timeout", "60s");
        Assert.Equal((0, 0), (await docker.CountRunningAsync(), await lxd.CountRunningAsync()));
    }

    [Fact]
    public async Task What_one_cloud_or_zone_has_no_stock_for_runs_in_another()
    {
        var soldOut = Path.Combine(_directory, "sold-out");
        await File.WriteAllTextAsync(
            soldOut,
            """
            case $1 in
                describe) echo '{"contract":1,"launch_tokens":true}' ;;
                list) echo '{"end":true}' ;;
                check) echo '{"findings":[]}' ;;
                launch) echo '{"error":{"kind":"out_of_stock","message":"no small ones are left"}}'; exit 14 ;;
            esac
            """,
            TestContext.Current.CancellationToken);
        await StartAsync(
            Cloud("full", "exec", $"command = \"/bin/sh {soldOut}\""),
            Cloud("local", "local", "zones = \"a b c\"\nstock = \"b=1\""));
        await GoodAsync("template", "create", "full", "--cloud", "full", "--image", "small");
        await GoodAsync("template", "create", "here", "--cloud", "local", "--image", "sleep 1000");

        await GoodAsync("group", "create", "spilled", "--capacity", "2", "--placement", "first=full", "--placement", "second=here,zone=a");
        await GoodAsync("group", "wait", "spilled", "--timeout", "60s");
        await GoodAsync("group", "create", "zones", "--template", "here", "--capacity", "5", "--zones", "a,b,c");
        await GoodAsync("group", "wait", "zones", "--timeout", "60s");

        await UntilAsync("spilled", "first degraded, second 2");
        Assert.Contains("no small ones are left", (await GoodAsync("group", "show", "spilled")).Output, StringComparison.Ordinal);
        await UntilAsync("zones", "a 2, b 1, c 2");
        await GoodAsync("group", "scale", "zones", "8");
        await GoodAsync("group", "wait", "zones", "--timeout", "60s");
        Assert.Equal(["a", "a", "a", "a", "b", "c", "c", "c"], (await ZonesAsync("zones")).OrderBy(zone => zone, StringComparer.Ordinal));
    }

    private static string Cloud(string name, string kind, string options) =>
        $"[[cloud]]\nname = \"{name}\"\nkind = \"{kind}\"\n[cloud.options]\n{options}\n";

    private async Task StartAsync(params string[] clouds)
    {
        var (port, path) = (Ports.Next(), Path.Combine(_directory, "muster.toml"));
        await File.WriteAllTextAsync(
            path,
            $"data = \"{_directory}/muster\"\n[server]\nlisten = \"127.0.0.1:{port}\"\n[auth]\nmode = \"none\"\n{string.Concat(clouds)}",
            TestContext.Current.CancellationToken);
        _server = new(port, ["server", "--config", path]);
        await _server.StartAsync();
    }

    private async Task<ProgramRun> GoodAsync(params string[] arguments) => (await Server.MusterAsync(arguments)).Good();

    private async Task<IEnumerable<string>> ZonesAsync(string group) =>
        (await GoodAsync("group", "instances", group, "--json")).Json.EnumerateArray()
            .Select(instance => instance.GetProperty("zone").GetString()!);

    /// <summary>
    /// Waits until the group's placements are so: how many run in each that is healthy. What runs where nobody can look is nobody's to say.
    /// </summary>
    private async Task UntilAsync(string group, string placements)
    {
        var seen = "";
        await Patiently.UntilAsync(
            async () => (seen = Words((await GoodAsync("group", "show", group, "--json")).Json)) == placements,
            $"{group} has {placements}",
            more: async () => $"it has {seen}\n{(await GoodAsync("group", "activity", group)).Output}");
    }

    private static string Words(JsonElement shown) => string.Join(", ", shown.GetProperty("placements").EnumerateArray().Select(placement =>
        placement.GetProperty("condition").GetString() is var condition && condition == "healthy"
            ? $"{placement.GetProperty("name")} {placement.GetProperty("running")}"
            : $"{placement.GetProperty("name")} {condition}"));
}
