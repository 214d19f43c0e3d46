using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Commands;

/// <summary>The group commands against a real server and real processes.</summary>
public sealed class GroupCommandTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_group_comes_up_and_wait_returns_when_it_has()
    {
        await _server.GoodAsync("template", "create", "web-1", "--cloud", "local", "--image", "sleep 1000");

        var created = await _server.GoodAsync("group", "create", "web", "--template", "web-1", "--capacity", "2");
        var waited = await _server.GoodAsync("group", "wait", "web");

        Assert.StartsWith("web: 2 wanted", created.Out, StringComparison.Ordinal);
        Assert.Equal("web: 2 wanted, 2 running\n", waited.Out);
    }

    [Fact]
    public async Task Show_has_the_fields_that_scripts_rely_on()
    {
        await _server.WithGroupAsync("web", 1);

        using var json = JsonDocument.Parse((await _server.GoodAsync("group", "show", "web", "--json")).Out);

        var group = json.RootElement;
        Assert.Equal("web", group.GetProperty("name").GetString());
        Assert.True(group.GetProperty("id").TryGetGuid(out _));
        Assert.Equal(1, group.GetProperty("capacity").GetProperty("desired").GetInt32());
        Assert.Equal(1, group.GetProperty("status").GetProperty("running").GetInt32());
        Assert.Equal("healthy", group.GetProperty("status").GetProperty("condition").GetString());
    }

    [Fact]
    public async Task The_last_checks_are_a_table_of_eighty_columns_and_stand_below_the_group()
    {
        await _server.WithGroupAsync("web", 1);
        await _server.GoodAsync("group", "check", "web");

        var checks = (await _server.GoodAsync("group", "checks", "web", "--limit", "2")).Out;
        var shown = (await _server.GoodAsync("group", "show", "web")).Out;
        using var json = JsonDocument.Parse((await _server.GoodAsync("group", "checks", "web", "--json", "--limit", "1")).Out);

        var lines = checks.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Matches("^STARTED +LATE +TOOK +OUTCOME +EXIT +WHERE$", lines[0]);
        Assert.Matches($"^[0-9-]{{10}} [0-9:]{{8}}Z +- +[0-9.]+m?s +idle +- +http://{_server.Listen}$", lines[1]);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        // Of the third check, which took longer, the column may be wider.
        Assert.Contains(Narrow($"\n\n{lines[0]}\n{lines[1]}\n"), Narrow(shown), StringComparison.Ordinal);
        Assert.Equal("1 wanted, 1 running: nothing to do", json.RootElement[0].GetProperty("reason").GetString());
    }

    private static string Narrow(string table) => Regex.Replace(table, " +", " ");

    [Fact]
    public async Task Instances_have_the_fields_that_scripts_rely_on()
    {
        await _server.WithGroupAsync("web", 2);

        using var json = JsonDocument.Parse((await _server.GoodAsync("group", "instances", "web", "--json")).Out);

        Assert.Equal(2, json.RootElement.GetArrayLength());
        foreach (var instance in json.RootElement.EnumerateArray())
        {
            Assert.NotEmpty(instance.GetProperty("id").GetString()!);
            Assert.StartsWith("web-", instance.GetProperty("name").GetString(), StringComparison.Ordinal);
            Assert.Equal("running", instance.GetProperty("state").GetString());
            Assert.True(instance.GetProperty("template_id").TryGetGuid(out _));
            Assert.True(instance.GetProperty("created_at").TryGetDateTimeOffset(out _));
            Assert.Equal(JsonValueKind.Array, instance.GetProperty("addresses").ValueKind);
            Assert.True(int.Parse(instance.GetProperty("attributes").GetProperty("pid").GetString()!, CultureInfo.InvariantCulture) > 1);
            Assert.True(int.Parse(instance.GetProperty("attributes").GetProperty("port").GetString()!, CultureInfo.InvariantCulture) > 0);
        }
    }

    [Fact]
    public async Task Activity_has_the_fields_that_scripts_rely_on_newest_first()
    {
        await _server.WithGroupAsync("web", 1);

        using var json = JsonDocument.Parse((await _server.GoodAsync("group", "activity", "web", "--json")).Out);

        var activities = json.RootElement.EnumerateArray().ToList();
        Assert.Equal("change", activities[^1].GetProperty("type").GetString());
        Assert.Equal(
            activities.Select(activity => activity.GetProperty("last_at").GetDateTimeOffset()).OrderDescending(),
            activities.Select(activity => activity.GetProperty("last_at").GetDateTimeOffset()));
        var launch = activities.First(activity => activity.GetProperty("type").GetString() == "launch");
        Assert.Equal("succeeded", launch.GetProperty("status").GetString());
        Assert.NotEmpty(launch.GetProperty("description").GetString()!);
        Assert.Equal(1, launch.GetProperty("count").GetInt32());
        Assert.True(launch.GetProperty("first_at").TryGetDateTimeOffset(out _));
        Assert.NotEmpty(launch.GetProperty("instance_id").GetString()!);
        Assert.Equal(JsonValueKind.Null, activities[^1].GetProperty("instance_id").ValueKind);
    }

    [Fact]
    public async Task Only_one_field_is_printed_when_asked_for_one()
    {
        await _server.WithGroupAsync("web", 2);

        var run = await _server.GoodAsync("group", "instances", "web", "--only", "pid");

        var pids = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, pids.Length);
        Assert.All(pids, pid => Assert.True(Directory.Exists($"/proc/{pid}") || !OperatingSystem.IsLinux()));
    }

    [Fact]
    public async Task A_limit_takes_the_newest_activities()
    {
        await _server.WithGroupAsync("web", 2);

        using var all = JsonDocument.Parse((await _server.GoodAsync("group", "activity", "web", "--json")).Out);
        using var two = JsonDocument.Parse((await _server.GoodAsync("group", "activity", "web", "--json", "--limit", "2")).Out);

        Assert.Equal(2, two.RootElement.GetArrayLength());
        Assert.True(all.RootElement.GetArrayLength() > 2);
        Assert.Equal("no_op", two.RootElement[0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task Scaling_down_and_up_again_is_one_line_each()
    {
        await _server.WithGroupAsync("web", 2);

        var down = await _server.GoodAsync("group", "scale", "web", "1", "--reason", "night");
        await _server.GoodAsync("group", "wait", "web");
        var list = await _server.GoodAsync("group", "list");
        var activity = await _server.GoodAsync("group", "activity", "web");

        Assert.StartsWith("web: 1 wanted", down.Out, StringComparison.Ordinal);
        Assert.Equal(
            """
            NAME  TEMPLATE  DESIRED  RUNNING  CONDITION  REASON
            web   web-1     1        1        healthy    1 wanted, 1 running: nothing to do

            """, list.Out);
        Assert.Contains("night", activity.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_ends_with_a_code_of_its_own_when_the_time_is_over()
    {
        await _server.WithGroupAsync("web", 1);
        await _server.GoodAsync("group", "suspend", "web");
        await _server.GoodAsync("group", "scale", "web", "2");

        var run = await _server.RunAsync("group", "wait", "web", "--timeout", "300ms");

        Assert.Equal(ExitCode.NotReached, run.Code);
        Assert.Empty(run.Out);
        Assert.StartsWith(
            "muster: group web is not at its level after 300ms: 2 wanted, 1 running", run.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_says_what_would_be_done_and_does_nothing()
    {
        await _server.WithGroupAsync("web", 1);
        await _server.GoodAsync("group", "suspend", "web", "--launch");
        await _server.GoodAsync("group", "scale", "web", "3");

        var plan = await _server.GoodAsync("group", "plan", "web");

        Assert.StartsWith("3 wanted, 1 running", plan.Out, StringComparison.Ordinal);
        Assert.Contains("\n  hold", plan.Out, StringComparison.Ordinal);
        Assert.Single(
            (await _server.GoodAsync("group", "instances", "web", "--only", "id")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task What_is_suspended_is_named_and_resumed_one_by_one()
    {
        await _server.WithGroupAsync("web", 0);

        await _server.GoodAsync("group", "suspend", "web", "--launch", "--terminate");
        var suspended = await _server.GoodAsync("group", "show", "web");
        await _server.GoodAsync("group", "resume", "web", "--launch");
        var resumed = await _server.GoodAsync("group", "show", "web");

        Assert.Matches("Suspended: +launch, terminate\n", suspended.Out);
        Assert.Matches("Suspended: +terminate\n", resumed.Out);
    }

    [Fact]
    public async Task An_update_changes_bounds_and_the_rest_in_one_go()
    {
        await _server.WithGroupAsync("web", 1);

        await _server.GoodAsync(
            "group", "update", "web", "--max", "7", "--interval", "30s", "--scale-in", "newest", "--launches-per-hour", "5");
        var show = await _server.GoodAsync("group", "show", "web");

        Assert.Contains("1 (min 0, max 7)", show.Out, StringComparison.Ordinal);
        Assert.Contains("every 30s", show.Out, StringComparison.Ordinal);
        Assert.Contains("newest", show.Out, StringComparison.Ordinal);
        Assert.Contains("5 an hour", show.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_old_instances_become_is_said_and_taken_back()
    {
        await _server.WithGroupAsync("web", 1);

        await _server.GoodAsync("group", "update", "web", "--lifetime-max", "7d");
        var show = await _server.GoodAsync("group", "show", "web");
        await _server.GoodAsync("group", "update", "web", "--lifetime-max", "off");
        var off = await _server.GoodAsync("group", "show", "web");
        var wrong = await _server.RunAsync("group", "update", "web", "--lifetime-max", "59m");

        Assert.Matches("Lifetime: +at most 7d\n", show.Out);
        Assert.DoesNotContain("Lifetime", off.Out, StringComparison.Ordinal);
        Assert.Contains("--lifetime-max is '59m': a time from 1h to 3650d", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_now_tells_its_outcome()
    {
        await _server.WithGroupAsync("web", 1);

        var run = await _server.GoodAsync("group", "check", "web");

        Assert.StartsWith("idle: 1 wanted, 1 running: nothing to do\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stale_version_is_a_conflict()
    {
        await _server.WithGroupAsync("web", 0);
        await _server.GoodAsync("group", "update", "web", "--max", "5");

        var run = await _server.RunAsync("group", "scale", "web", "1", "--if-version", "1");

        Assert.Equal(ExitCode.Conflict, run.Code);
    }

    [Fact]
    public async Task A_taken_name_is_a_conflict()
    {
        await _server.WithGroupAsync("web", 0);

        var run = await _server.RunAsync("group", "create", "web", "--template", "web-1", "--capacity", "1");

        Assert.Equal(ExitCode.Conflict, run.Code);
        Assert.Equal("muster: a group named web exists already", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task An_unknown_group_is_not_found()
    {
        var run = await _server.RunAsync("group", "show", "nobody");

        Assert.Equal(ExitCode.NotFound, run.Code);
        Assert.Contains("nobody", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_wrong_field_is_a_line_of_its_own()
    {
        await _server.GoodAsync("template", "create", "web-1", "--cloud", "local", "--image", "sleep 1000");

        var run = await _server.RunAsync("group", "create", "web", "--template", "web-1", "--capacity", "100000", "--max", "200000");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.Equal(
            ["muster: --max is '200000': 0 to 1000, this installation's limit", "muster: --capacity is '100000': 0 to 1000"],
            run.ErrorLines);
    }

    [Fact]
    public async Task Deleting_terminates_and_wait_returns_when_the_last_is_gone()
    {
        await _server.WithGroupAsync("web", 2);

        await _server.GoodAsync("group", "delete", "web");
        var waited = await _server.GoodAsync("group", "wait", "web");

        Assert.Equal("web: archived\n", waited.Out);
        Assert.DoesNotContain("web", (await _server.GoodAsync("group", "list")).Out, StringComparison.Ordinal);
        Assert.Contains("web", (await _server.GoodAsync("group", "list", "--archived")).Out, StringComparison.Ordinal);
    }
}
