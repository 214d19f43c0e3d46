using System.Text.Json;

using Muster.Cli.Configuration;
using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Cli.Tests.Tsg;
using Muster.Core.Groups;
using Muster.Nomad.Jobs;

namespace Muster.Cli.Tests.Scaling;

/// <summary><c>muster scale --group-id</c>: the engine here, the store and the right to call at a server.</summary>
public sealed class AssignedScaleTests
{
    private const string Unknown = "123e4567-e89b-42d3-a456-426614174000";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_comes_up_by_a_check_elsewhere_and_the_server_tells_of_it()
    {
        await using var here = await StartAsync();
        var server = here.Server;
        var id = await here.AddGroupAsync("web", 2);

        var first = await server.GoodAsync("scale", "--group-id", id);
        var second = await server.GoodAsync("scale", "--group-id", id);

        Assert.Equal(2, first.Out.Split('\n').Count(
            line => line.StartsWith("LAUNCH ", StringComparison.Ordinal) && line.EndsWith("-> succeeded", StringComparison.Ordinal)));
        Assert.Equal("NO_OP: 2 wanted, 2 running: nothing to do -> succeeded\n", second.Out);
        var trail = (await server.GoodAsync("group", "activity", "web")).Out;
        Assert.Equal(2, trail.Split('\n').Count(line => line.Contains(" launch ", StringComparison.Ordinal)));
        var checks = (await server.GoodAsync("group", "checks", "web", "--json")).Out;
        Assert.Contains("\"outcome\": \"acted\"", checks, StringComparison.Ordinal);
        Assert.Contains("\"outcome\": \"idle\"", checks, StringComparison.Ordinal);
        Assert.Contains("\"exit_code\": 0", checks, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Nomad_says_of_the_run_is_in_its_report()
    {
        await using var here = await StartAsync();
        var server = here.Server;
        var id = await here.AddGroupAsync("web", 0);
        var due = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60);
        var environment = new Dictionary<string, string>
        {
            ["MUSTER_ADDR"] = $"http://{server.Listen}",
            ["MUSTER_NODE"] = "client-7",
            ["NOMAD_ALLOC_ID"] = "0ba4d526-a3b4-dcda-c73a-f66aa6298c66",
            ["NOMAD_JOB_ID"] = $"muster-7c0ffee1abcd-9f8e7d6c5b4a4321-web/periodic-{due.ToUnixTimeSeconds()}",
        };

        var run = await CliRun.Of(environment, "scale", "--group-id", id);

        Assert.Equal(ExitCode.Ok, run.Code);
        var checks = (await server.GoodAsync("group", "checks", "web", "--json")).Out;
        Assert.Contains("\"where\": \"client-7\"", checks, StringComparison.Ordinal);
        Assert.Contains("\"allocation\": \"0ba4d526-a3b4-dcda-c73a-f66aa6298c66\"", checks, StringComparison.Ordinal);
        Assert.Contains($"\"due_at\": \"{due:yyyy-MM-ddTHH:mm:ss}", checks, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_brings_every_group_of_the_account_to_its_level()
    {
        await using var here = await StartAsync(jobs => jobs.Unit = JobUnit.Sweep);
        var server = here.Server;
        await here.AddGroupAsync("one", 1);
        await here.AddGroupAsync("two", 2);
        var account = await AccountOfAsync(server);

        var run = await server.GoodAsync("scale", "--account-id", account, "--cloud", "local");
        var again = await server.GoodAsync("scale", "--account-id", account, "--cloud", "local");

        Assert.Equal(3, run.Out.Split('\n').Count(line => line.StartsWith("LAUNCH ", StringComparison.Ordinal)));
        Assert.Equal(2, again.Out.Split('\n').Count(line => line.StartsWith("NO_OP", StringComparison.Ordinal)));
        Assert.Contains(
            "\"outcome\": \"acted\"", (await server.GoodAsync("group", "checks", "two", "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_leaves_a_group_on_several_clouds_to_a_check_of_its_own()
    {
        await using var here = await StartAsync(jobs => jobs.Unit = JobUnit.Sweep, otherCloud: "yard");
        var server = here.Server;
        await here.AddGroupAsync("one", 1);
        await server.GoodAsync("template", "create", "yard", "--cloud", "yard", "--image", "sleep 1000");
        var id = await here.AddGroupAsync("two", "--capacity", "2", "--placement", "a=sleeper,max=1", "--placement", "b=yard");
        var account = await AccountOfAsync(server);

        var swept = await server.GoodAsync("scale", "--account-id", account, "--cloud", "local");
        var yard = await server.GoodAsync("scale", "--account-id", account, "--cloud", "yard");
        var alone = await server.GoodAsync("scale", "--group-id", id);

        Assert.Single(swept.Out.Split('\n'), line => line.StartsWith("LAUNCH ", StringComparison.Ordinal));
        Assert.Contains("group two lives on the clouds local, yard: it is checked by itself, with --group-id", swept.Out.Split('\n'));
        Assert.Equal("no group uses cloud yard: nothing to check\n", yard.Out);
        Assert.Equal(2, alone.Out.Split('\n').Count(line => line.StartsWith("LAUNCH ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_group_that_was_deleted_is_drained_and_then_there_is_nothing_to_check()
    {
        await using var here = await StartAsync();
        var server = here.Server;
        var id = await here.AddGroupAsync("web", 1);
        await server.GoodAsync("scale", "--group-id", id);
        await server.GoodAsync("group", "delete", "web");

        CliRun? run = null;
        await Patiently.UntilAsync(
            async () => (run = await server.GoodAsync("scale", "--group-id", id)).Out.Contains("is archived", StringComparison.Ordinal),
            "a check finds that web is archived");

        Assert.Equal("group web is archived: nothing to check\n", run!.Out);
    }

    [Fact]
    public async Task A_group_that_nobody_knows_and_a_server_that_is_away_have_codes_of_their_own()
    {
        await using var here = await StartAsync();
        var server = here.Server;

        var unknown = await server.RunAsync("scale", "--group-id", Unknown);
        var away = await CliRun.Of(
            new Dictionary<string, string> { ["MUSTER_ADDR"] = "http://127.0.0.1:1" }, "scale", "--group-id", Unknown);

        Assert.Equal(
            (ExitCode.NotFound, $"muster: nothing was done: there is no group '{Unknown}' to check here\n"), (unknown.Code, unknown.Error));
        Assert.Equal(
            (ExitCode.Unreachable, "muster: nothing was done: http://127.0.0.1:1/: nobody listens at 127.0.0.1:1 (connection refused)\n"),
            (away.Code, away.Error));
    }

    [Fact]
    public async Task A_server_that_checks_by_itself_hands_nothing_out()
    {
        await using var server = await RunningServer.StartAsync();

        var run = await server.RunAsync("scale", "--group-id", Unknown);

        Assert.Equal(
            (
                ExitCode.Error,
                "muster: nothing was done: this server makes its level checks itself: "
                + "it hands them out where [pulse] kind is nomad and [nomad] task is scale\n"),
            (run.Code, run.Error));
    }

    [Theory]
    [InlineData("--count does not go with --group-id: the server says what there must be", "--group-id", Unknown, "--count", "3")]
    [InlineData("--cloud does not go with --group-id: the server says what there must be", "--group-id", Unknown, "--cloud", "local")]
    [InlineData(
        "--image does not go with --account-id: the server says what there must be", "--account-id", Unknown, "--cloud", "local",
        "--image", "x")]
    [InlineData(
        "--account-id does not go with --group-id: one group, or all of an account on a cloud",
        "--group-id",
        Unknown,
        "--account-id",
        Unknown)]
    [InlineData("--cloud is missing: the name of the cloud whose groups are checked", "--account-id", Unknown)]
    [InlineData("--group-id is 'web': an id such as 123e4567-e89b-42d3-a456-426614174000", "--group-id", "web")]
    [InlineData("--timeout goes with --group-id or --account-id", "--group", "web", "--count", "1", "--timeout", "5s")]
    [InlineData("--group is missing: the group's name, or --group-id for a server's group")]
    [InlineData("--count is missing: how many instances there must be", "--group", "web")]
    public async Task What_does_not_go_together_is_refused_by_name(string error, params string[] options)
    {
        var run = await CliRun.Of(["scale", .. options]);

        Assert.Equal((ExitCode.Usage, $"muster: {error}"), (run.Code, run.ErrorLines[0]));
    }

    [Fact]
    public async Task No_credential_is_fetched_readable_over_a_network()
    {
        var byOption = await CliRun.Of("scale", "--group-id", Unknown, "--addr", "http://10.1.2.3:7474");
        var byVariable = await CliRun.Of(
            new Dictionary<string, string> { ["MUSTER_ADDR"] = "http://10.1.2.3:7474" }, "scale", "--group-id", Unknown);

        const string Refusal = "is 'http://10.1.2.3:7474/': https://..., or a loopback address";
        Assert.Equal((ExitCode.Usage, ExitCode.Usage), (byOption.Code, byVariable.Code));
        Assert.StartsWith($"muster: --addr {Refusal}", byOption.ErrorLines[0], StringComparison.Ordinal);
        Assert.StartsWith($"muster: MUSTER_ADDR {Refusal}", byVariable.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cloud_that_is_spoken_to_as_each_account_is_opened_with_the_accounts_own_key()
    {
        await using var world = await SignedWorld.StartAsync(
            configure: config => Configure(config, jobs => jobs.Identity = JobIdentity.Token));
        Assert.Equal(200, (await world.GetAsync()).Status);
        var id = await SignedCallerTests.AddGroupAsync(world, capacity: 2);
        var token = await world.AddTokenAsync(SignedWorld.Login, "nomad", "task");

        var run = await world.RunAsAsync(token, "scale", "--group-id", id);
        var other = await world.RunAsAsync(
            await world.AddTokenAsync(Core.Accounts.Account.DefaultName, "nomad", "task"), "scale", "--group-id", id);

        Assert.True(run.Code is ExitCode.Ok, run.Error);
        Assert.Equal(2, world.Simulator.Machines.Alive.Count);
        Assert.Equal(ExitCode.NotFound, other.Code);
        Assert.NotEqual(
            GroupCondition.Degraded, (await world.GroupWhenAsync("web", group => group.State.CheckedAt is not null)).State.Condition);
    }

    private static async Task<Elsewhere> StartAsync(Action<JobSettings>? configure = null, string? otherCloud = null) =>
        new(await RunningServer.StartAsync(config =>
        {
            Configure(config, configure);
            if (otherCloud is not null)
            {
                config.Clouds.Add(new() { Name = otherCloud, Kind = "local" });
            }
        }));

    /// <summary>Nomad is where nobody is: the checks are these tests' own.</summary>
    private static void Configure(MusterConfig config, Action<JobSettings>? configure)
    {
        config.Pulse.Kind = PulseKind.Nomad;
        config.Nomad.IsGiven = true;
        config.Nomad.Options.Addresses = [new("http://127.0.0.1:1")];
        config.Nomad.Jobs.Server = "http://127.0.0.1:7474";
        configure?.Invoke(config.Nomad.Jobs);
    }

    private static async Task<string> AccountOfAsync(RunningServer server)
    {
        using var http = new HttpClient();
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://{server.Listen}/v1/whoami"), Cancellation));
        return document.RootElement.GetProperty("account_id").GetString()!;
    }

    /// <summary>A server that checks nothing by itself; its groups are drained by checks of these tests at the end.</summary>
    private sealed class Elsewhere(RunningServer server) : IAsyncDisposable
    {
        private readonly List<string> _ids = [];

        public RunningServer Server => server;

        public async Task<string> AddGroupAsync(string name, int count)
        {
            if ((await server.RunAsync("template", "show", "sleeper")).Code is not ExitCode.Ok)
            {
                await server.GoodAsync("template", "create", "sleeper", "--cloud", "local", "--image", "sleep 1000");
            }

            return await AddGroupAsync(name, "--template", "sleeper", "--capacity", $"{count}");
        }

        public async Task<string> AddGroupAsync(string name, params string[] options)
        {
            await server.GoodAsync(["group", "create", name, .. options]);
            using var shown = JsonDocument.Parse((await server.GoodAsync("group", "show", name, "--json")).Out);
            _ids.Add(shown.RootElement.GetProperty("id").GetString()!);
            return _ids[^1];
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var id in _ids)
            {
                await server.RunAsync("group", "delete", id);
                await Patiently.UntilAsync(
                    async () => (await server.RunAsync("scale", "--group-id", id)).Out.Contains("is archived", StringComparison.Ordinal),
                    $"a check finds that group {id} is archived");
            }

            await server.DisposeAsync();
        }
    }
}
