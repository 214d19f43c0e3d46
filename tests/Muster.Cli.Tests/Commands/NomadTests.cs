using System.Diagnostics;
using System.Globalization;

using Muster.Cli.Configuration;
using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Nomad.Jobs;
using Muster.Simulators.Nomad;
using Muster.Simulators.Nomad.Settings;

namespace Muster.Cli.Tests.Commands;

/// <summary>A server whose pulse is Nomad: a simulated one, whose tasks are the real program in processes of their own.</summary>
public sealed class NomadTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(JobTask.Scale, JobUnit.Group)]
    [InlineData(JobTask.Scale, JobUnit.Sweep)]
    [InlineData(JobTask.Ask, JobUnit.Group)]
    public async Task A_group_is_registered_forced_checked_scaled_and_drained_by_Nomad(JobTask task, JobUnit unit)
    {
        var options = new NomadSimulatorOptions { Directory = Path.Combine(_directory.Path, "nomad") };
        await using var nomad = await NomadSimulator.StartAsync(options, TimeProvider.System);
        MusterConfig config = null!;
        await using var server = await RunningServer.StartAsync(
            given => (config, given.Pulse.Kind) = (Configured(given, nomad.Url), PulseKind.Nomad));
        config.Nomad.Jobs.Server = $"http://{server.Listen}";
        (config.Nomad.Jobs.Task, config.Nomad.Jobs.Unit) = (task, unit);
        config.Nomad.Jobs.Identity = task is JobTask.Scale ? JobIdentity.Workload : JobIdentity.Token;
        await server.GoodAsync("template", "create", "web-1", "--cloud", "local", "--image", "sleep 1000");

        await server.GoodAsync("group", "create", "web", "--template", "web-1", "--capacity", "2", "--interval", "5s");
        await server.GoodAsync("group", "wait", "web", "--timeout", "2m");
        await server.GoodAsync("group", "scale", "web", "3");
        await server.GoodAsync("group", "wait", "web", "--timeout", "2m");
        Assert.InRange(nomad.Cluster.Runs, 2, int.MaxValue);
        Assert.Single(nomad.Cluster.JobIds, id => !id.Contains("/periodic-", StringComparison.Ordinal)
            && id.EndsWith(unit is JobUnit.Sweep ? "-local" : "-web", StringComparison.Ordinal));

        options.HasLeader = false;
        options.LeaderPatience = TimeSpan.Zero;
        await server.GoodAsync("group", "scale", "web", "1");
        await Patiently.UntilAsync(
            async () => (await server.GoodAsync("group", "show", "web")).Out.Contains("Nomad unreachable since", StringComparison.Ordinal),
            "the group says that Nomad is away");

        options.HasLeader = true;
        await server.GoodAsync("group", "wait", "web", "--timeout", "2m");
    }

    [Fact]
    public async Task What_changed_in_a_pause_is_seen_to_when_it_ends_however_rarely_the_group_is_checked()
    {
        await using var nomad = await NomadSimulator.StartAsync(
            new() { Directory = Path.Combine(_directory.Path, "nomad") }, TimeProvider.System);
        MusterConfig config = null!;
        await using var server = await RunningServer.StartAsync(
            given => (config, given.Pulse.Kind) = (Configured(given, nomad.Url), PulseKind.Nomad));
        (config.Nomad.Jobs.Server, config.Nomad.Jobs.Task) = ($"http://{server.Listen}", JobTask.Ask);
        config.Nomad.Jobs.Identity = JobIdentity.Token;
        await server.GoodAsync("template", "create", "web-1", "--cloud", "local", "--image", "sleep 1000");
        await server.GoodAsync("group", "create", "web", "--template", "web-1", "--capacity", "1", "--interval", "1h");
        await server.GoodAsync("group", "wait", "web", "--timeout", "2m");
        await server.Store.ChangePauseAsync(
            state => state.Paused(new(DateTimeOffset.UnixEpoch, "ann", "a backup is restored", [])), TestContext.Current.CancellationToken);
        var before = await PidAsync();
        using (var instance = Process.GetProcessById(int.Parse(before, CultureInfo.InvariantCulture)))
        {
            instance.Kill();
        }

        await server.GoodAsync("resume", "--all");

        await Patiently.UntilAsync(async () => await PidAsync() is { Length: > 0 } pid && pid != before, "another instance runs");

        // One that has not begun has no such field to ask for.
        async Task<string> PidAsync() => (await server.RunAsync("group", "instances", "web", "--only", "pid")).Out.Trim();
    }

    [Fact]
    public async Task The_job_of_a_group_is_shown_as_it_would_be_registered()
    {
        await using var server = await RunningServer.StartAsync();
        await server.GoodAsync("template", "create", "web-1", "--cloud", "local", "--image", "sleep 1000");
        await server.GoodAsync("group", "create", "web", "--template", "web-1", "--capacity", "0");
        var path = _directory.Write("muster.toml", """
            data = "data"

            [[cloud]]
            name = "local"
            kind = "local"

            [nomad]
            server = "https://muster.example.com"
            role = "automater"
            """);

        var hcl = (await server.GoodAsync("nomad", "job", "web", "--config", path)).Out;
        var json = (await server.GoodAsync("nomad", "job", "web", "--config", path, "--json")).Out;

        Assert.Matches("^job \"muster-[0-9a-f]{12}-[0-9a-f]{16}-web\" {\n", hcl);
        Assert.Contains("attribute = \"${meta.role}\"", hcl, StringComparison.Ordinal);
        Assert.Contains("\"MUSTER_ADDR\": \"https://muster.example.com\"", json, StringComparison.Ordinal);
        Assert.Contains("\"${NOMAD_SECRETS_DIR}/nomad_muster.jwt\"", json, StringComparison.Ordinal);
        Assert.Matches("aud = \\[\"muster-[0-9a-f-]{36}\"]", hcl);
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("nomad", "job", "web", "--config", path, "--json", "--hcl")).Code);
    }

    [Fact]
    public async Task Where_a_job_is_a_clouds_it_is_the_one_of_all_groups_there_as_often_as_the_most_frequent()
    {
        await using var server = await RunningServer.StartAsync();
        await server.GoodAsync("template", "create", "web-1", "--cloud", "local", "--image", "sleep 1000");
        await server.GoodAsync("group", "create", "slow", "--template", "web-1", "--capacity", "0", "--interval", "5m");
        await server.GoodAsync("group", "create", "fast", "--template", "web-1", "--capacity", "0", "--interval", "30s");
        var path = _directory.Write("muster.toml", """
            data = "data"

            [[cloud]]
            name = "local"
            kind = "local"

            [nomad]
            server = "https://muster.example.com"
            unit = "sweep"
            """);

        var slow = (await server.GoodAsync("nomad", "job", "slow", "--config", path, "--json")).Out;
        var fast = (await server.GoodAsync("nomad", "job", "fast", "--config", path, "--json")).Out;

        Assert.Equal(slow, fast);
        Assert.Matches("\"ID\": \"muster-[0-9a-f]{12}-[0-9a-f]{16}-local\"", slow);
        Assert.Matches("\"Spec\": \"[0-9]+/30 \\* ", slow);
        Assert.Contains("\"--cloud\"", slow, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_job_is_a_clouds_a_group_on_several_clouds_has_one_of_its_own()
    {
        await using var server = await RunningServer.StartAsync(config => config.Clouds.Add(new() { Name = "yard", Kind = "local" }));
        await server.GoodAsync("template", "create", "web-1", "--cloud", "local", "--image", "sleep 1000");
        await server.GoodAsync("template", "create", "yard-1", "--cloud", "yard", "--image", "sleep 1000");
        await server.GoodAsync("group", "create", "slow", "--template", "web-1", "--capacity", "0", "--interval", "5m");
        await server.GoodAsync(
            "group", "create", "both", "--capacity", "0", "--interval", "30s", "--placement", "a=web-1", "--placement", "b=yard-1");
        var path = _directory.Write("muster.toml", """
            data = "data"

            [[cloud]]
            name = "local"
            kind = "local"

            [[cloud]]
            name = "yard"
            kind = "local"

            [nomad]
            server = "https://muster.example.com"
            unit = "sweep"
            """);

        var slow = (await server.GoodAsync("nomad", "job", "slow", "--config", path, "--json")).Out;
        var both = (await server.GoodAsync("nomad", "job", "both", "--config", path, "--json")).Out;

        Assert.Matches("\"ID\": \"muster-[0-9a-f]{12}-[0-9a-f]{16}-local\"", slow);
        Assert.Matches("\"Spec\": \"[0-9]+ [0-9]+/5 \\* ", slow);
        Assert.Matches("\"ID\": \"muster-[0-9a-f]{12}-[0-9a-f]{16}-both\"", both);
        Assert.Matches("\"Spec\": \"[0-9]+/30 \\* ", both);
        Assert.Contains("\"--group-id\"", both, StringComparison.Ordinal);
    }

    private MusterConfig Configured(MusterConfig config, Uri nomad)
    {
        var command = _directory.Write("task", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "muster.dll")}' \"$@\"\n");
        File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        config.Nomad.IsGiven = true;
        config.Nomad.Options.Addresses = [nomad];
        config.Nomad.Jobs.Command = command;
        return config;
    }
}
