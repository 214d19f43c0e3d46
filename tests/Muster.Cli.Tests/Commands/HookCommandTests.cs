using System.Text.Json;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Commands;

/// <summary>Drains and hooks by the commands, against a real server and real processes.</summary>
public sealed class HookCommandTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(config => config.Traffic.AddRange(
        [
            new() { Name = "edge", Kind = "exec", Options = { ["command"] = "/bin/true" } },
            new() { Name = "inner", Kind = "exec", Options = { ["command"] = "/bin/true" } },
        ]));
        await _server.GoodAsync("template", "create", "web-1", "--cloud", "local", "--image", "sleep 1000");
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_group_is_made_with_a_drain_and_hooks_and_shown_in_words_and_json()
    {
        await _server.GoodAsync(
            "group", "create", "web", "--template", "web-1", "--capacity", "0", "--drain-deadline", "2m", "--drain-wait", "30s",
            "--traffic", "edge", "--traffic", "inner", "--drain-through", "edge", "--drain-through", "inner",
            "--hook", "bake:launch:10m:continue:https://ci.example:8443/muster", "--hook", "backup:terminate");

        var group = await JsonAsync("group", "show", "web");
        var page = (await _server.GoodAsync("group", "show", "web")).Out;

        Assert.Equal(
            """{"deadline_s":120,"wait_s":30,"through":["edge","inner"]}""", JsonSerializer.Serialize(group.GetProperty("drain")));
        Assert.Equal(
            """
            [{"name":"bake","at":"launch","timeout_s":600,"on_timeout":"continue","tell":"https://ci.example:8443/muster"},
            {"name":"backup","at":"terminate","timeout_s":3600,"on_timeout":"continue"}]
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(group.GetProperty("hooks")));
        Assert.Matches("(?m)^Drain: +through edge, inner, waits 30s at least, within 2m$", page);
        Assert.Matches(
            "(?m)^Hook bake: +at launch, waits 10m, then continue; tells https://ci.example:8443/muster$", page);
        Assert.Matches("(?m)^Hook backup: +at terminate, waits 1h, then continue$", page);

        await _server.GoodAsync("group", "update", "web", "--drain-through", "", "--hook", "late:launch");
        Assert.Empty((await JsonAsync("group", "show", "web")).GetProperty("drain").GetProperty("through").EnumerateArray());
        await _server.GoodAsync("group", "update", "web", "--no-drain", "--no-hooks");
        group = await JsonAsync("group", "show", "web");
        Assert.False(group.TryGetProperty("drain", out _));
        Assert.False(group.TryGetProperty("hooks", out _));
    }

    [Fact]
    public async Task A_group_is_made_and_changed_from_a_file_and_options_come_before_it()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("web.toml", """
            name = "web"
            template = "web-1"
            interval_s = 30
            traffic = [{ source = "edge" }]
            [capacity]
            desired = 0
            max = 5
            [drain]
            through = ["edge"]
            [[hooks]]
            name = "bake"
            at = "launch"
            """);

        await _server.GoodAsync("group", "create", "-f", file, "--max", "7");
        var made = await JsonAsync("group", "show", "web");
        await _server.GoodAsync("group", "create", "other", "--template", "web-1", "--capacity", "0");
        await _server.GoodAsync("group", "update", "other", "-f", file, "--drain-wait", "3s");
        var changed = await JsonAsync("group", "show", "other");
        await _server.GoodAsync("group", "update", "other", "-f", file, "--no-drain");
        var undrained = await JsonAsync("group", "show", "other");
        var refused = await _server.RunAsync("group", "update", "web", "-f", directory.Write("bad.toml", "interval_s = 1\n"));
        var unnamed = await _server.RunAsync("group", "create", "--template", "web-1");

        Assert.Equal(7, made.GetProperty("capacity").GetProperty("max").GetInt32());
        Assert.Equal("bake", made.GetProperty("hooks")[0].GetProperty("name").GetString());
        Assert.Equal(5, changed.GetProperty("capacity").GetProperty("max").GetInt32());
        Assert.Equal(3, changed.GetProperty("drain").GetProperty("wait_s").GetDouble());
        Assert.Equal("edge", changed.GetProperty("drain").GetProperty("through")[0].GetString());
        Assert.False(undrained.TryGetProperty("drain", out _));
        Assert.Contains("bad.toml:1: interval_s is '1'", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, unnamed.Code);
        Assert.Contains("NAME is missing", unnamed.Error, StringComparison.Ordinal);
        Assert.Contains("--capacity is missing", unnamed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_of_them_is_told_as_it_was_typed()
    {
        await _server.GoodAsync("group", "create", "web", "--template", "web-1", "--capacity", "0");

        var run = await _server.RunAsync(
            "group", "update", "web", "--drain-deadline", "3d", "--hook", "bake", "--hook", "bake:launch:soon", "--no-hooks", "--no-drain");
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains(
            "muster: --drain-deadline is '3d': a time from 1s to 2d, such as 30s, 5m or 1h", run.ErrorLines);
        Assert.Contains(
            "muster: --hook is 'bake': NAME:launch or NAME:terminate, then any of a time, continue or abandon, and a URL or exec:NAME",
            run.ErrorLines);
        Assert.Contains("muster: --no-hooks and --hook cannot be combined", run.ErrorLines);
        Assert.Contains("muster: --no-drain and --drain-deadline cannot be combined", run.ErrorLines);

        run = await _server.RunAsync(
            "group", "update", "web", "--drain-deadline", "5s", "--drain-wait", "6s", "--hook", "bake:birth:0s", "--hook", "drain:launch");
        Assert.Equal(
            [
                "--drain-wait is '6s'", "the moment in --hook bake is 'birth'", "the time in --hook bake is '0s'",
                "the name in --hook is 'drain'",
            ],
            run.ErrorLines.Select(line => line["muster: ".Length..line.IndexOf(": ", "muster: ".Length, StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task A_new_instance_waits_for_its_hook_until_somebody_says_that_it_may_go_on()
    {
        await _server.GoodAsync(
            "group", "create", "web", "--template", "web-1", "--capacity", "1", "--interval", "5s", "--hook", "bake:launch:10m");
        var one = await HeldAsync("booting");

        var table = (await _server.GoodAsync("group", "instances", "web")).Out;
        var page = (await _server.GoodAsync("instance", "show", one)).Out;
        Assert.Matches($"(?m)^.*{one}.* booting .*waiting for hook bake until 20", Flat(table));
        Assert.Matches("(?m)^HOOK +STATE +SINCE +DEADLINE", page);
        Assert.Matches("(?m)^bake +waiting ", page);

        var more = (await _server.GoodAsync("instance", "extend", one, "--hook", "bake", "--for", "1h")).Out;
        Assert.Contains("; it waits until 20", Flat(more), StringComparison.Ordinal);
        var unknown = await _server.RunAsync("instance", "continue", one, "--hook", "nosuch");
        Assert.Equal(
            (ExitCode.NotFound, "muster: group 'web' has no hook 'nosuch': it has bake\n"), (unknown.Code, unknown.Error));

        var told = (await _server.GoodAsync("instance", "continue", one, "--hook", "bake", "--reason", "smoke test passed")).Out;
        Assert.Contains("; it goes into service", Flat(told), StringComparison.Ordinal);
        await _server.GoodAsync("group", "wait", "web");
        var late = await _server.RunAsync("instance", "abandon", one, "--hook", "bake");
        Assert.Equal(ExitCode.Conflict, late.Code);
    }

    [Fact]
    public async Task An_instance_that_is_to_end_drains_until_its_hook_is_told()
    {
        await _server.GoodAsync("group", "create", "web", "--template", "web-1", "--capacity", "1", "--interval", "5s");
        await _server.GoodAsync("group", "wait", "web");
        await _server.GoodAsync("group", "update", "web", "--hook", "backup:terminate:10m");
        var one = (await _server.GoodAsync("group", "instances", "web", "--only", "name")).Out.Trim();
        await _server.GoodAsync("group", "scale", "web", "0");

        Assert.Equal(one, await HeldAsync("draining"));
        await Patiently.UntilAsync(
            async () => (await _server.GoodAsync("group", "show", "web")).Out.Contains("1 draining", StringComparison.Ordinal),
            "the group tells that one drains");
        await _server.GoodAsync("instance", "abandon", one, "--hook", "backup");
        await _server.GoodAsync("group", "wait", "web");
    }

    /// <summary>The only instance, once it is in that phase and a gate holds it.</summary>
    private async Task<string> HeldAsync(string phase)
    {
        var name = "";
        await Patiently.UntilAsync(
            async () =>
            {
                var all = (await JsonAsync("group", "instances", "web")).EnumerateArray().ToList();
                name = all is [var one] && one.GetProperty("phase").GetString() == phase && one.TryGetProperty("gates", out _)
                    ? one.GetProperty("name").GetString()!
                    : "";
                return name.Length > 0;
            },
            $"an instance that is {phase} and held");
        return name;
    }

    private async Task<JsonElement> JsonAsync(params string[] command) =>
        JsonDocument.Parse((await _server.GoodAsync([.. command, "--json"])).Out).RootElement;

    private static string Flat(string text) => text.ReplaceLineEndings("\n");
}
