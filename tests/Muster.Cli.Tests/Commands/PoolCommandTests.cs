using System.Text.Json;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Simulators.Hetzner;
using Muster.Simulators.Hetzner.Settings;

namespace Muster.Cli.Tests.Commands;

/// <summary>Warm pools by the commands, against a real server with a simulated cloud that stops its instances and suspends none.</summary>
public sealed class PoolCommandTests : IAsyncLifetime
{
    private const string Cloud = "falkenstein";

    private readonly TemporaryDirectory _directory = new();
    private HetznerSimulator _hetzner = null!;
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _hetzner = await HetznerSimulator.StartAsync(new HetznerSimulatorOptions { PerSecond = 0 }, TimeProvider.System);
        var file = _directory.Write("token", $"{_hetzner.AddToken()}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _server = await RunningServer.StartAsync(config => config.Clouds.Add(new()
        {
            Name = Cloud, Kind = "hetzner", Options = new() { ["endpoint"] = _hetzner.Url.ToString(), ["token_file"] = file },
        }));
        await _server.GoodAsync("template", "create", "web-1", "--cloud", Cloud, "--image", "debian-12", "--size", "cx22");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _hetzner.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_group_is_made_with_a_pool_changed_and_shown_in_words_and_json()
    {
        await _server.GoodAsync(
            "group", "create", "web", "--template", "web-1", "--capacity", "0", "--pool", "20%", "--pool-takes-surplus",
            "--pool-age-max", "7d");
        var page = (await _server.GoodAsync("group", "show", "web")).Out;

        Assert.Equal("""{"size":"20%","mode":"stopped","takes_surplus":true,"age_max_s":604800}""", await PoolAsync("web"));
        Assert.Matches("(?m)^Warm pool: +20% stopped, takes surplus, renewed after 7d$", page);

        await _server.GoodAsync(
            "group", "update", "web", "--pool", "2", "--pool-mode", "stopped", "--pool-takes-surplus=false", "--pool-age-max", "off");
        Assert.Equal("""{"size":"2","mode":"stopped","takes_surplus":false}""", await PoolAsync("web"));
        Assert.Matches("(?m)^Warm pool: +2 stopped$", (await _server.GoodAsync("group", "show", "web")).Out);

        await _server.GoodAsync("group", "update", "web", "--no-pool");
        Assert.Null(await PoolAsync("web"));
        Assert.DoesNotContain("Warm pool", (await _server.GoodAsync("group", "show", "web")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_with_a_pool_is_made_and_changed_from_a_file_and_options_come_before_it()
    {
        var file = _directory.Write("web.toml", """
            name = "web"
            template = "web-1"
            [capacity]
            desired = 0
            [pool]
            size = "2"
            takes_surplus = true
            """);

        await _server.GoodAsync("group", "create", "-f", file, "--pool-age-max", "1h");
        await _server.GoodAsync("group", "create", "other", "--template", "web-1", "--capacity", "0");
        await _server.GoodAsync("group", "update", "other", "-f", file, "--pool", "3");
        var changed = await PoolAsync("other");
        await _server.GoodAsync("group", "update", "other", "-f", file, "--no-pool");
        var refused = await _server.RunAsync(
            "group", "update", "other", "-f", _directory.Write("bad.toml", "[pool]\nsize = \"1001\"\nmoed = \"stopped\"\n"));

        Assert.Equal("""{"size":"2","mode":"stopped","takes_surplus":true,"age_max_s":3600}""", await PoolAsync("web"));
        Assert.Equal("""{"size":"3","mode":"stopped","takes_surplus":true}""", changed);
        Assert.Null(await PoolAsync("other"));
        Assert.Contains("pool.moed", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_of_a_pool_is_told_as_it_was_typed()
    {
        await _server.GoodAsync("group", "create", "web", "--template", "web-1", "--capacity", "0");

        var run = await _server.RunAsync(
            "group", "update", "web", "--pool", "1001", "--pool-mode", "frozen", "--pool-age-max", "59m", "--no-pool");
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("muster: --pool is '1001': a number from 1 to 1000, or 1% to 100%", run.ErrorLines);
        Assert.Contains("muster: --pool-mode is 'frozen': stopped or suspended", run.ErrorLines);
        Assert.Contains("muster: --pool-age-max is '59m': a time from 1h to 3650d, such as 12h or 7d; or off", run.ErrorLines);
        Assert.Contains("muster: --no-pool and --pool cannot be combined", run.ErrorLines);

        run = await _server.RunAsync("group", "update", "web", "--pool-takes-surplus");
        Assert.Contains("muster: --pool is missing: a number from 1 to 1000, or 1% to 100%", run.ErrorLines);
        run = await _server.RunAsync("group", "update", "web", "--pool", "1", "--pool-mode", "suspended");
        Assert.Contains(
            $"muster: --pool-mode is 'suspended': stopped: cloud {Cloud} cannot suspend its instances", run.ErrorLines);
    }

    /// <summary>The pool as JSON; null where there is none.</summary>
    private async Task<string?> PoolAsync(string group)
    {
        using var json = JsonDocument.Parse((await _server.GoodAsync("group", "show", group, "--json")).Out);
        return json.RootElement.TryGetProperty("pool", out var pool) ? JsonSerializer.Serialize(pool) : null;
    }
}
