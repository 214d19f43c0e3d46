using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using Muster.Cli.Configuration;
using Muster.Cli.Exits;

namespace Muster.Cli.Tests.Running;

/// <summary>A server that starts paused, from the command line.</summary>
public sealed class PauseTests
{
    [Fact]
    public async Task A_server_that_starts_paused_takes_changes_and_does_nothing_until_it_is_resumed()
    {
        await using var server = await RunningServer.StartAsync(config => config.Paused = true);
        await server.GoodAsync("template", "create", "sleeper", "--cloud", "local", "--image", "sleep 1000");
        await server.GoodAsync("group", "create", "web", "--template", "sleeper", "--capacity", "2");

        var check = await server.RunAsync("group", "check", "web");
        var shown = await server.GoodAsync("group", "show", "web");
        var status = await server.GoodAsync("status");
        var instances = await server.GoodAsync("group", "instances", "web", "--json");
        var resumed = await server.GoodAsync("resume", "--all");
        var again = await server.GoodAsync("resume", "--all");
        await server.GoodAsync("group", "wait", "web");

        Assert.Contains("2 wanted, 0 running: not done: launch 2: the installation is paused since", check.Out, StringComparison.Ordinal);
        Assert.Contains("not done: launch 2", shown.Out, StringComparison.Ordinal);
        Assert.Contains("by the server at its start: --paused, or 'paused = true'", status.Out, StringComparison.Ordinal);
        Assert.Equal("[]", instances.Out.Trim());
        Assert.StartsWith("resumed; the server at its start had paused the installation at", resumed.Out, StringComparison.Ordinal);
        Assert.Equal("the installation is not paused\n", again.Out);
    }

    [Fact]
    public async Task A_check_elsewhere_holds_still_too()
    {
        await using var server = await RunningServer.StartAsync(config =>
        {
            config.Paused = true;
            config.Pulse.Kind = PulseKind.Nomad;
            config.Nomad.IsGiven = true;
            config.Nomad.Options.Addresses = [new("http://127.0.0.1:1")];
            config.Nomad.Jobs.Server = "http://127.0.0.1:7474";
        });
        await server.GoodAsync("template", "create", "sleeper", "--cloud", "local", "--image", "sleep 1000");
        await server.GoodAsync("group", "create", "web", "--template", "sleeper", "--capacity", "1");
        using var shown = JsonDocument.Parse((await server.GoodAsync("group", "show", "web", "--json")).Out);
        var id = shown.RootElement.GetProperty("id").GetString()!;

        var held = await server.RunAsync("scale", "--group-id", id);
        await server.GoodAsync("group", "delete", "web");
        await server.GoodAsync("resume", "--all");
        var drained = await server.GoodAsync("scale", "--group-id", id);

        Assert.Equal(ExitCode.LevelNotRestored, held.Code);
        Assert.StartsWith(
            "HOLD: 1 wanted, 0 running: not done: launch 1: the installation is paused since", held.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("not done", drained.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orphans_are_listed_with_why_nobody_owns_them()
    {
        await using var server = await RunningServer.StartAsync();
        await server.WithGroupAsync("web", 1);
        using var instances = JsonDocument.Parse((await server.GoodAsync("group", "instances", "web", "--json")).Out);
        var pid = instances.RootElement[0].GetProperty("attributes").GetProperty("pid").GetString()!;
        await server.GoodAsync("group", "delete", "web", "--keep-instances");

        var orphans = (await server.GoodAsync("cloud", "orphans", "--json")).Out;
        var table = (await server.GoodAsync("cloud", "orphans", "--cloud", "local")).Out;
        var unknown = await server.RunAsync("cloud", "orphans", "--cloud", "mars");

        using var json = JsonDocument.Parse(orphans);
        var orphan = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(("local", "group_archived", "web", false), (
            orphan.GetProperty("cloud").GetString(), orphan.GetProperty("reason").GetString(), orphan.GetProperty("group_name").GetString(),
            orphan.GetProperty("stranger").GetBoolean()));
        Assert.Contains("its group was deleted", table, StringComparison.Ordinal);
        Assert.Equal((ExitCode.NotFound, "muster: there is no cloud 'mars'\n"), (unknown.Code, unknown.Error));
        using var left = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture));
        left.Kill();
    }

    [Fact]
    public async Task Resume_wants_to_be_told_of_what()
    {
        var run = await CliRun.Of("resume");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("--all", run.Error, StringComparison.Ordinal);
    }
}
