using System.Text.Json;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Commands;

/// <summary>Health checks of groups and single instances, by the commands, against a real server and real processes.</summary>
public sealed class InstanceCommandTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        await _server.GoodAsync("template", "create", "web-1", "--cloud", "local", "--image", "sleep 1000");
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_group_is_made_with_a_health_check_and_shown_in_words_and_json()
    {
        await _server.GoodAsync(
            "group", "create", "web", "--template", "web-1", "--capacity", "0", "--health", "http", "--health-port", "8080",
            "--health-path", "/healthz", "--health-method", "HEAD", "--health-header", "Host: web.example", "--health-header", "X-Probe:1",
            "--health-expect", "200,204", "--health-interval", "2s", "--health-timeout", "1s", "--healthy-after", "1",
            "--unhealthy-after", "2", "--grace", "5s", "--boot-timeout", "10m", "--repair", "replace",
            "--replace", "terminate-first", "--unavailable-max", "2", "--surge", "0", "--when-most-unhealthy", "replace");

        var group = await JsonAsync("group", "show", "web");
        var page = (await _server.GoodAsync("group", "show", "web")).Out;

        Assert.Equal(
            """
            {"kind":"http","port":8080,"path":"/healthz","method":"HEAD","headers":{"Host":"web.example","X-Probe":"1"},"expect":"200,204",
            "interval_s":2,"timeout_s":1,"healthy_after":1,"unhealthy_after":2,"grace_s":5,"boot_timeout_s":600}
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(group.GetProperty("health")));
        Assert.Equal(
            """{"mode":"replace","order":"terminate-first","unavailable_max":"2","surge":"0","when_most":"replace"}""",
            JsonSerializer.Serialize(group.GetProperty("repair")));
        Assert.Equal(0, group.GetProperty("status").GetProperty("in_service").GetInt32());
        Assert.Matches(
            "(?m)^Health check: +HEAD http :8080/healthz, expects 200,204, every 2s within 1s; healthy after 1, unhealthy after 2; "
            + "grace 5s, boot time-out 10m$", page);
        Assert.Matches("(?m)^Repair: +replace, terminate-first, at most 2 too few and 0 too many; goes on when most are unhealthy$", page);

        await _server.GoodAsync("group", "update", "web", "--health", "none");
        Assert.False((await JsonAsync("group", "show", "web")).TryGetProperty("health", out _));
    }

    [Fact]
    public async Task What_is_refused_of_a_health_check_is_told_as_it_was_typed()
    {
        var run = await _server.RunAsync(
            "group", "create", "web", "--template", "web-1", "--capacity", "1", "--health", "ping", "--health-port", "70000",
            "--health-header", "secret", "--unavailable-max", "200%", "--grace", "-1s", "--health-verify-tls", "--health-no-verify-tls");
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal(
            [
                "muster: --grace is '-1s': a time from 0s to 1d, such as 30s, 5m or 1h",
                "muster: --health is 'ping': http, https, tcp, grpc, report or none",
                "muster: --health-header has no colon: NAME:VALUE",
                "muster: --health-port is '70000': a whole number from 1 to 65535, or attribute:NAME",
                "muster: --health-verify-tls and --health-no-verify-tls cannot be combined",
                "muster: --unavailable-max is '200%': a number from 0, or 1% to 100%",
                "muster: see 'muster group create --help'",
            ],
            run.ErrorLines.Order(StringComparer.Ordinal));

        run = await _server.RunAsync(
            "group", "create", "web", "--template", "web-1", "--capacity", "1", "--health", "http", "--health-port", "80", "--health-path",
            "healthz", "--health-interval", "2s", "--health-timeout", "3s", "--unavailable-max", "0", "--surge", "0");
        Assert.Equal(
            ["--health-timeout is '3s'", "--health-path is 'healthz'", "--unavailable-max is '0'"],
            run.ErrorLines.Select(line => line["muster: ".Length..line.IndexOf(": ", "muster: ".Length, StringComparison.Ordinal)]));
        run = await _server.RunAsync(
            "group", "create", "web", "--template", "web-1", "--capacity", "1", "--unavailable-max", "0", "--surge", "0");
        Assert.StartsWith("muster: --unavailable-max is '0': at least 1 of it or of surge", run.Error, StringComparison.Ordinal);
        run = await _server.RunAsync("group", "create", "web", "--template", "web-1", "--capacity", "1", "--traffic", "edge,port=80");
        Assert.StartsWith("muster: --traffic edge source is 'edge': the name of a [[traffic]] source", run.Error, StringComparison.Ordinal);
        run = await _server.RunAsync("group", "create", "web", "--template", "web-1", "--capacity", "1", "--lifetime-max", "59m");
        Assert.StartsWith(
            "muster: --lifetime-max is '59m': a time from 1h to 3650d, such as 12h or 7d; or off", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_ends_when_all_are_in_service_and_names_those_that_are_not()
    {
        await _server.GoodAsync(
            "group", "create", "web", "--template", "web-1", "--capacity", "2", "--health", "report", "--boot-timeout", "10m");
        await UntilAsync(() => InstancesAsync("web"), all => all.Count(one => one.Phase == "booting") == 2);

        var late = await _server.RunAsync("group", "wait", "web", "--timeout", "0s");
        Assert.Equal(ExitCode.NotReached, late.Code);
        Assert.Contains("group web is not at its level after 0s", late.Error, StringComparison.Ordinal);
        foreach (var one in await InstancesAsync("web"))
        {
            Assert.Contains($"muster: {one.Name}: booting, unknown (running, not healthy yet)", late.Error, StringComparison.Ordinal);
            await _server.GoodAsync("instance", "health", one.Id, "--verdict", "healthy", "--ttl", "1h");
        }

        await _server.GoodAsync("group", "wait", "web");
        Assert.Equal(2, (await JsonAsync("group", "show", "web")).GetProperty("status").GetProperty("in_service").GetInt32());
        Assert.All(await InstancesAsync("web"), one => Assert.Equal(("in-service", "healthy"), (one.Phase, one.Health)));
    }

    [Fact]
    public async Task One_is_protected_put_aside_given_back_and_ended_with_its_place()
    {
        await _server.WithGroupAsync("shop", 2);
        var first = (await InstancesAsync("shop"))[0];

        var line = (await _server.GoodAsync("instance", "protect", first.Name, "--reason", "the backup runs")).Out;
        Assert.Equal($"{first.Name}: in-service, protected, healthy; no check ends it until it is unprotected\n", Unwrapped(line));
        Assert.True((await JsonAsync("instance", "show", first.Id)).GetProperty("protected").GetBoolean());
        var refused = await _server.RunAsync("instance", "terminate", first.Id);
        Assert.Equal(
            (ExitCode.Conflict, $"muster: instance '{first.Name}' is protected: unprotect it before it is terminated\n"),
            (refused.Code, refused.Error));
        await _server.GoodAsync("instance", "unprotect", first.Id);

        await _server.GoodAsync("instance", "standby", first.Id);
        await UntilAsync(() => InstancesAsync("shop"), all => all.Count(one => one.Phase == "in-service") == 2);
        var table = (await _server.GoodAsync("instance", "list")).Out;
        Assert.Matches("(?m)^ID +NAME +GROUP +STATE +PHASE +HEALTH", table);
        Assert.Matches($"(?m)^[^ ]+ +{first.Name} +shop +running +standby +healthy", table);
        await _server.GoodAsync("instance", "return", first.Id);
        await _server.GoodAsync("group", "wait", "shop");

        var last = (await InstancesAsync("shop"))[^1];
        var shrunk = (await _server.GoodAsync("instance", "terminate", "--shrink", last.Id)).Out;
        Assert.Contains("it ends, and the level is 1 now", shrunk, StringComparison.Ordinal);
        await _server.GoodAsync("group", "wait", "shop");
        Assert.Equal(1, (await JsonAsync("group", "show", "shop")).GetProperty("capacity").GetProperty("desired").GetInt32());
        Assert.DoesNotContain(last.Id, (await InstancesAsync("shop")).Select(one => one.Id));
    }

    [Fact]
    public async Task What_is_said_of_one_is_shown_with_its_source_and_it_is_replaced()
    {
        await _server.WithGroupAsync("shop", 2);
        await _server.GoodAsync("group", "update", "shop", "--repair", "tell");
        var sick = (await InstancesAsync("shop"))[0];

        var said = (await _server.GoodAsync(
            "instance", "health", sick.Id, "--verdict", "unhealthy", "--detail", "disk full", "--source", "disk")).Out;
        Assert.Equal($"{sick.Id}: unhealthy says disk\n", said);
        var page = (await _server.GoodAsync("instance", "show", sick.Id)).Out;
        Assert.Matches("(?m)^Phase: +out-of-service$", page);
        Assert.Matches("(?m)^disk +unhealthy +.* +disk full$", page);
        Assert.Matches("(?m)^cloud +healthy", page);
        Assert.Matches($"(?m)^.*{sick.Name}.*disk: disk full$", (await _server.GoodAsync("group", "instances", "shop")).Out);

        await _server.GoodAsync("group", "update", "shop", "--repair", "replace");
        await UntilAsync(() => InstancesAsync("shop"), all => all.All(one => one.Id != sick.Id));
        await _server.GoodAsync("group", "wait", "shop");
    }

    [Fact]
    public async Task The_ssh_client_gets_the_address_and_what_stands_behind_it()
    {
        await _server.WithGroupAsync("shop", 1);
        using var directory = new TemporaryDirectory();
        var (client, seen) = (Path.Combine(directory.Path, "ssh"), Path.Combine(directory.Path, "seen"));
        await File.WriteAllTextAsync(client, $"#!/bin/sh\necho \"$@\" > '{seen}'\nexit 7\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(client, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        var one = (await InstancesAsync("shop"))[0];

        var run = await _server.RunAsync("instance", "ssh", one.Name, "--client", client, "--", "-l", "admin", "uptime");

        Assert.Equal(7, (int)run.Code);
        Assert.Equal("127.0.0.1 -l admin uptime\n", await File.ReadAllTextAsync(seen, TestContext.Current.CancellationToken));
        var none = await _server.RunAsync("instance", "ssh", one.Name, "--client", "/nowhere/ssh");
        Assert.StartsWith("muster: /nowhere/ssh could not be started", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_is_not_there_is_told_and_names_are_offered()
    {
        await _server.WithGroupAsync("shop", 1);

        var run = await _server.RunAsync("instance", "show", "nobody");
        var offered = await _server.RunAsync("[suggest:21]", "muster instance show ");

        Assert.Equal((ExitCode.NotFound, "muster: there is no instance 'nobody'\n"), (run.Code, run.Error));
        Assert.Equal((await InstancesAsync("shop")).Select(one => one.Name), offered.OutLines);
    }

    private async Task<JsonElement> JsonAsync(params string[] command) =>
        JsonDocument.Parse((await _server.GoodAsync([.. command, "--json"])).Out).RootElement;

    private async Task<IReadOnlyList<(string Id, string Name, string Phase, string Health)>> InstancesAsync(string group) =>
    [
        .. (await JsonAsync("group", "instances", group)).EnumerateArray().Select(one => (
            one.GetProperty("id").GetString()!, one.GetProperty("name").GetString()!, one.GetProperty("phase").GetString()!,
            one.GetProperty("health").GetString()!)),
    ];

    private static Task UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isSo) =>
        Patiently.UntilAsync(async () => isSo(await look()), "the instances to be as wanted");

    private static string Unwrapped(string text) => text.ReplaceLineEndings("\n");
}
