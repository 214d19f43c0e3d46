using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Commands;

/// <summary>Changes of what there is, their plans, and the question before much ends.</summary>
public sealed class CarefulChangeTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await (await RunningServer.StartAsync()).WithGroupAsync("web", 4);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("+2", 6)]
    [InlineData("-1", 3)]
    [InlineData("+30%", 5)]
    [InlineData("-30%", 3)]
    [InlineData("5", 5)]
    public async Task A_sign_changes_what_is_wanted_now(string change, int wanted)
    {
        var run = await _server.GoodAsync("group", "scale", "web", change);

        Assert.StartsWith($"web: {wanted} wanted", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_beyond_a_bound_stops_there_and_says_so()
    {
        await _server.GoodAsync("group", "update", "web", "--min", "3", "--max", "5");

        var up = await _server.GoodAsync("group", "scale", "web", "+9");
        var stays = await _server.GoodAsync("group", "scale", "web", "+1");
        var down = await _server.GoodAsync("group", "update", "web", "--capacity", "-90%");
        var absolute = await _server.RunAsync("group", "scale", "web", "9");

        Assert.StartsWith("web: 5 wanted", up.Out, StringComparison.Ordinal);
        Assert.Equal("muster: 4 +9 is 13, more than max 5: web is set to 5\n", up.Error);
        Assert.Equal("muster: 5 +1 is 6, more than max 5: web stays at 5\n", stays.Error);
        Assert.Equal("muster: 5 -90% is 1, less than min 3: web is set to 3\n", down.Error);
        Assert.Equal(ExitCode.Usage, absolute.Code);
    }

    [Fact]
    public async Task Changes_at_once_all_count()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _server.GoodAsync("group", "scale", "web", "+1")));

        Assert.Matches("Capacity: +9 \\(", (await _server.GoodAsync("group", "show", "web")).Out);
    }

    [Fact]
    public async Task A_dry_run_plans_and_changes_nothing()
    {
        var scale = await _server.GoodAsync("group", "scale", "web", "+2", "--dry-run");
        var update = await _server.GoodAsync("group", "update", "web", "--capacity", "1", "--scale-in", "newest", "--dry-run");
        var delete = await _server.GoodAsync("group", "delete", "web", "--dry-run");
        var keep = await _server.GoodAsync("group", "delete", "web", "--dry-run", "--keep-instances");
        var json = await _server.GoodAsync("group", "scale", "web", "0", "--dry-run", "--json");
        var wrong = await _server.RunAsync("group", "scale", "web", "100000", "--dry-run");

        Assert.StartsWith("6 wanted, 4 running: launch 2\n  launch 2: ", scale.Out, StringComparison.Ordinal);
        Assert.StartsWith("1 wanted, 4 running: terminate 3\n  terminate ", update.Out, StringComparison.Ordinal);
        Assert.Contains("newest first", update.Out, StringComparison.Ordinal);
        Assert.Equal(4, delete.Out.Split("\n  terminate ").Length - 1);
        Assert.Equal("4 wanted, 4 running: nothing is terminated, and Muster no longer looks after them\n", keep.Out);
        Assert.Contains("\"actions\": [", json.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, wrong.Code);
        Assert.Equal("4 wanted, 4 running: nothing to do\n", (await _server.GoodAsync("group", "plan", "web")).Out);
        Assert.Matches("Version: +1,", (await _server.GoodAsync("group", "show", "web")).Out);
    }

    [Theory]
    [InlineData("group", "scale", "web", "1")]
    [InlineData("group", "scale", "web", "-3")]
    [InlineData("group", "update", "web", "--capacity", "1")]
    [InlineData("group", "delete", "web")]
    public async Task A_person_is_asked_before_most_of_a_group_ends_and_no_is_the_default(params string[] args)
    {
        var refused = await _server.AtTerminalAsync(args, typed: "");
        var wanted = (await _server.GoodAsync("group", "list", "--columns", "desired")).Out;
        var agreed = await _server.AtTerminalAsync(args, typed: "y");

        Assert.Equal(ExitCode.Error, refused.Code);
        Assert.Matches(
            "^web: this ends [34] of 4 instances \\(--dry-run shows which\\). Go on\\? \\[y/N\\] muster: nothing was changed\n$",
            refused.Error);
        Assert.Equal("DESIRED\n4\n", wanted);
        Assert.Equal(ExitCode.Ok, agreed.Code);
    }

    [Theory]
    [InlineData("group", "scale", "web", "2")]
    [InlineData("group", "scale", "web", "+1")]
    [InlineData("group", "scale", "web", "0", "--yes")]
    [InlineData("group", "update", "web", "--max", "9")]
    [InlineData("group", "delete", "web", "-y")]
    public async Task Nobody_is_asked_where_little_ends_or_the_answer_was_given(params string[] args)
    {
        var run = await _server.AtTerminalAsync(args);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
    }

    [Theory]
    [InlineData("Conflict", "--if-version is '7': group web is at version 1", "group", "scale", "web", "0", "--if-version", "7")]
    [InlineData(
        "Conflict", "--if-version is '7': group web is at version 1", "group", "update", "web", "--capacity", "0", "--if-version", "7")]
    [InlineData("Conflict", "--if-version is '7': group web is at version 1", "group", "delete", "web", "--if-version", "7")]
    [InlineData("Usage", "--capacity is '0': at least 1, the group's min", "group", "update", "web", "--capacity", "0", "--min", "1")]
    [InlineData("Usage", "--min is '3': min at most max", "group", "update", "web", "--capacity", "0", "--min", "3", "--max", "2")]
    public async Task What_is_refused_anyway_is_not_asked_about(string code, string said, params string[] args)
    {
        var run = await _server.AtTerminalAsync(args, typed: "y");

        Assert.Equal((code, ""), (run.Code.ToString(), run.Out));
        Assert.StartsWith($"muster: {said}", run.Error, StringComparison.Ordinal);
        Assert.Single(run.ErrorLines);
    }

    [Theory]
    [InlineData("group", "scale", "web", "+1")]
    [InlineData("group", "update", "web", "--capacity", "2")]
    [InlineData("group", "update", "web", "--interval", "30s")]
    [InlineData("group", "delete", "web")]
    [InlineData("group", "delete", "web", "--keep-instances")]
    public async Task Every_dry_run_refuses_another_version(params string[] args)
    {
        var stale = await _server.RunAsync([.. args, "--dry-run", "--if-version", "7"]);
        var good = await _server.RunAsync([.. args, "--dry-run", "--if-version", "1"]);

        Assert.Equal((ExitCode.Conflict, ""), (stale.Code, stale.Out));
        Assert.Contains("version 1", stale.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, good.Code);
    }

    [Theory]
    [InlineData("--max", "1", "--max is '1': at least 4, the group's capacity")]
    [InlineData("--min", "9", "--min is '9': at most 4, the group's capacity")]
    public async Task A_bound_that_the_capacity_breaks_is_blamed_itself(string option, string value, string said)
    {
        var run = await _server.RunAsync("group", "update", "web", option, value);

        Assert.Equal((ExitCode.Usage, $"muster: {said}\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task Ten_instances_are_many_in_any_group()
    {
        await _server.GoodAsync("group", "scale", "web", "25");
        await _server.GoodAsync("group", "wait", "web");

        Assert.Contains(
            "this ends 10 of 25", (await _server.AtTerminalAsync(["group", "scale", "web", "-10"])).Error, StringComparison.Ordinal);
        Assert.Empty((await _server.AtTerminalAsync(["group", "scale", "web", "-9"])).Error);
    }

    [Fact]
    public async Task What_is_suspended_is_said_as_it_is_now()
    {
        Assert.Equal(
            "web: 4 wanted, 4 running; suspended: launch, terminate, replace\n", (await _server.GoodAsync("group", "suspend", "web")).Out);
        Assert.Equal(
            "web: 4 wanted, 4 running; suspended: terminate, replace\n",
            (await _server.GoodAsync("group", "resume", "web", "--launch")).Out);
        Assert.Equal("web: 4 wanted, 4 running; nothing is suspended\n", (await _server.GoodAsync("group", "resume", "web")).Out);
    }

    [Fact]
    public async Task What_was_deleted_is_found_by_its_name_until_another_has_it()
    {
        for (var i = 0; i < 6; i++)
        {
            await _server.GoodAsync("group", "create", "gone", "--template", "web-1", "--capacity", "0");
            await _server.GoodAsync("group", "delete", "gone");
            Assert.Equal("gone: archived\n", (await _server.GoodAsync("group", "wait", "gone")).Out);
        }

        Assert.Contains("no instance is left", (await _server.GoodAsync("group", "activity", "gone")).Out, StringComparison.Ordinal);
        Assert.Matches("Phase: +archived", (await _server.GoodAsync("group", "show", "gone", "--archived")).Out);
        Assert.Equal(ExitCode.NotFound, (await _server.RunAsync("group", "show", "gone")).Code);
        Assert.Equal(ExitCode.NotFound, (await _server.RunAsync("group", "wait", "gon")).Code);
    }

    [Fact]
    public async Task The_start_of_an_id_stands_for_it()
    {
        var id = System.Text.Json.JsonDocument.Parse((await _server.GoodAsync("group", "show", "web", "--json")).Out).RootElement
            .GetProperty("id").GetString()!;

        Assert.Contains(id, (await _server.GoodAsync("group", "show", id[..8])).Out, StringComparison.Ordinal);
        Assert.StartsWith("web: 5 wanted", (await _server.GoodAsync("group", "scale", id[..13], "5")).Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await _server.RunAsync("group", "show", id[..7])).Code);
    }
}
