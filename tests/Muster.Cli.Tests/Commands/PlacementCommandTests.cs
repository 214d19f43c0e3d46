using System.Text.Json;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Commands;

/// <summary>Groups in several places, by the commands, against a real server and real processes on two clouds.</summary>
public sealed class PlacementCommandTests : IAsyncLifetime
{
    private static readonly string[] Two = ["--placement", "home=home,zone=b,max=2", "--placement", "away=away"];

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(config =>
        {
            config.Clouds[0].Options["zones"] = "a b c";
            config.Clouds.Add(new() { Name = "spare", Kind = "local" });
        });
        await _server.GoodAsync("template", "create", "home", "--cloud", "local", "--image", "sleep 1000");
        await _server.GoodAsync("template", "create", "away", "--cloud", "spare", "--image", "sleep 1000");
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_group_is_made_in_two_places_and_shown_with_the_fields_that_scripts_rely_on()
    {
        await _server.GoodAsync(["group", "create", "web", "--capacity", "3", "--distribution", "ordered", .. Two]);
        await _server.GoodAsync("group", "wait", "web");

        var group = await JsonAsync("group", "show", "web");
        var (home, away) = (group.GetProperty("placements")[0], group.GetProperty("placements")[1]);
        Assert.Equal("ordered", group.GetProperty("distribution").GetString());
        Assert.Equal(group.GetProperty("template_id").GetGuid(), home.GetProperty("template_id").GetGuid());
        Assert.Equal(("home", "b", 2, 2, "healthy"), Shown(home));
        Assert.Equal(("away", null, 1, 1, "healthy"), Shown(away));
        Assert.All([home, away], placement => Assert.NotEmpty(placement.GetProperty("reason").GetString()!));
        Assert.Equal(
            [("away", null), ("home", "b"), ("home", "b")],
            (await JsonAsync("group", "instances", "web")).EnumerateArray()
                .Select(instance => (Text(instance, "placement"), instance.TryGetProperty("zone", out var zone) ? zone.GetString() : null))
                .Order());

        var table = (await _server.GoodAsync("group", "show", "web")).Out;
        Assert.Matches("(?m)^PLACEMENT +TEMPLATE +CLOUD +ZONE +WANTED +RUNNING +CONDITION", table);
        Assert.Matches("(?m)^home +home +local +b +2 +2 +healthy", table);
        Assert.Matches("(?m)^away +away +spare +- +1 +1 +healthy", table);
    }

    [Fact]
    public async Task A_list_says_that_there_are_more_templates_and_a_page_which_placement_is_interruptible_and_what_never_happens()
    {
        await _server.GoodAsync(
            "group", "create", "web", "--capacity", "0", "--placement", "home=home", "--placement", "spot=home,interruptible=true",
            "--placement", "away=away", "--spill-after", "off", "--return-after", "5m");

        var list = (await _server.GoodAsync("group", "list")).Out;
        var page = (await _server.GoodAsync("group", "show", "web")).Out;

        Assert.Matches("(?m)^web +home and 1 more +0 +0", list);
        Assert.Matches("(?m)^Placements: +ordered; never spills, returns after 5m, surge 10%$", page);
        Assert.Matches("(?m)^Interruptible: +spot$", page);
        await _server.GoodAsync("group", "update", "web", "--template", "home");
        Assert.DoesNotContain("Interruptible", (await _server.GoodAsync("group", "show", "web")).Out, StringComparison.Ordinal);
        Assert.Matches("(?m)^web +home +0 +0", (await _server.GoodAsync("group", "list")).Out);
    }

    [Fact]
    public async Task A_time_that_is_refused_is_told_as_it_was_typed()
    {
        var run = await _server.RunAsync("group", "create", "web", "--template", "home", "--capacity", "0", "--spill-after", "5m",
            "--return-after", "off");

        Assert.Equal(
            [
                "muster: --spill-after is '5m': only for a group with placements or zones",
                "muster: --return-after is 'off': only for a group with placements or zones",
            ],
            run.ErrorLines);
    }

    [Fact]
    public async Task Each_change_of_where_it_lives_is_a_revision()
    {
        await _server.GoodAsync(["group", "create", "web", "--capacity", "0", .. Two]);

        await _server.GoodAsync("group", "update", "web", "--surge", "2", "--return-after", "off");
        await _server.GoodAsync(
            "group", "update", "web", "--placement", "home=home,weight=3", "--placement", "away=away", "--distribution", "balanced");
        await _server.GoodAsync("group", "update", "web", "--template", "home", "--zones", "a,c", "--distribution", "balanced");
        await _server.GoodAsync("group", "update", "web", "--interval", "90s");
        var zoned = await JsonAsync("group", "show", "web");
        await _server.GoodAsync("group", "update", "web", "--template", "away");

        Assert.Equal(["a", "c"], zoned.GetProperty("placements").EnumerateArray().Select(placement => Text(placement, "zone")));
        Assert.Equal("2", Text(zoned, "surge"));
        Assert.Equal(0, zoned.GetProperty("return_after_s").GetDouble());
        Assert.False((await JsonAsync("group", "show", "web")).TryGetProperty("placements", out _));
        var revisions = (await JsonAsync("group", "revisions", "web")).EnumerateArray().ToList();
        Assert.Equal([5, 4, 3, 2, 1], revisions.Select(revision => revision.GetProperty("revision").GetInt32()));
        Assert.Equal(
            [0, 2, 2, 2, 2],
            revisions.Select(revision => revision.TryGetProperty("placements", out var placements) ? placements.GetArrayLength() : 0));
        Assert.Contains("weight 3", (await _server.GoodAsync("group", "revisions", "web")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_placement_is_evacuated_by_name_and_restored()
    {
        await _server.GoodAsync(["group", "create", "web", "--capacity", "2", .. Two]);
        await _server.GoodAsync("group", "wait", "web");

        var evacuated = await _server.GoodAsync(
            "group", "evacuate", "web", "--placement", "home", "--reason", "the cellar is under water");
        var last = await _server.RunAsync("group", "evacuate", "web", "--placement", "away");
        await Patiently.UntilAsync(
            async () => Running(await JsonAsync("group", "show", "web")).SequenceEqual([0, 2]),
            "both run away",
            more: async () => (await _server.RunAsync("group", "show", "web")).Out);

        Assert.EndsWith("; evacuated: home\n", evacuated.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, last.Code);
        Assert.StartsWith("muster: --placement is 'away': ", last.ErrorLines[0], StringComparison.Ordinal);
        var home = (await JsonAsync("group", "show", "web")).GetProperty("placements")[0];
        Assert.True(home.GetProperty("evacuated_at").TryGetDateTimeOffset(out _));

        var restored = await _server.GoodAsync("group", "restore", "web", "--placement", "home");
        await Patiently.UntilAsync(
            async () => Running(await JsonAsync("group", "show", "web")).SequenceEqual([2, 0]),
            "both are home",
            more: async () => (await _server.RunAsync("group", "show", "web")).Out);

        Assert.EndsWith("; nothing is evacuated\n", restored.Out, StringComparison.Ordinal);
        Assert.Contains(
            (await JsonAsync("group", "activity", "web")).EnumerateArray(),
            activity => Text(activity, "description") == "evacuated placement home by dev: the cellar is under water");
    }

    [Theory]
    [InlineData(
        "--placement home name is 'home': a name of its own: placements[0] has this one", "--placement", "home=home", "--placement",
        "home=away")]
    [InlineData("--placement a zone is 'z': one of the zones of cloud local: a, b, c", "--placement", "a=home,zone=z")]
    [InlineData("--placement a zone is 'a': no zone: cloud spare of template away has no zones", "--placement", "a=away,zone=a")]
    [InlineData("--zones is 'z': one of the zones of cloud local: a, b, c", "--template", "home", "--zones", "a,z")]
    [InlineData("--zones is 'a': each zone once: zones[0] is the same", "--template", "home", "--zones", "a,a")]
    [InlineData(
        "--placement is 'weight 0 everywhere': at least one placement with a weight of 1 or more", "--distribution", "balanced",
        "--placement", "a=home,weight=0")]
    [InlineData("--placement is 'min 4 together': at most 3 together, the group's max", "--max", "3", "--placement", "a=home,min=4")]
    [InlineData("--placement is 'max 0 together': at least 1 together, the group's min", "--min", "1", "--placement", "a=home,max=0")]
    [InlineData("--placement a base is '3': at most 2, its max", "--placement", "a=home,base=3,max=2")]
    [InlineData("--placement a min is '3': at most 2, its max", "--placement", "a=home,min=3,max=2")]
    [InlineData(
        "--placement a rank is '1': none: rank goes with ordered, and this group is balanced", "--distribution", "balanced", "--placement",
        "a=home,rank=1")]
    [InlineData(
        "--placement a weight is '1': none: weight goes with balanced, and this group is ordered", "--placement", "a=home,weight=1")]
    [InlineData(
        "--template is 'home': a template or placements, not both: each placement names a template of its own", "--template", "home",
        "--placement", "a=home")]
    [InlineData(
        "--zones is 'a': placements or zones, not both: zones are placements of one template", "--zones", "a", "--placement", "a=home")]
    [InlineData(
        "--distribution is 'ordered': only for a group with placements or zones", "--template", "home", "--distribution", "ordered")]
    [InlineData(
        "--on-demand-above-base is '101': a whole number from 0 to 100, or off", "--on-demand-above-base", "101", "--placement", "a=home")]
    [InlineData("--spill-after is '0s': ", "--spill-after", "0s", "--placement", "a=home")]
    [InlineData("--surge is '0%': ", "--surge", "0%", "--placement", "a=home")]
    [InlineData(
        "--on-demand-above-base is '50': none, or a placement that is interruptible beside one that is not", "--on-demand-above-base", "50",
        "--placement", "a=home")]
    [InlineData("--placement a template is 'nobody': ", "--placement", "a=nobody")]
    [InlineData("--placement a template is 'old': ", "--placement", "a=old")]
    public async Task What_is_wrong_is_named_with_what_is_allowed_and_nothing_is_made(string expected, params string[] args)
    {
        await _server.GoodAsync("template", "create", "old", "--cloud", "local", "--image", "sleep 1000");
        await _server.GoodAsync("template", "archive", "old");

        var run = await _server.RunAsync(["group", "create", "web", "--capacity", "1", .. args]);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith($"muster: {expected}", run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Empty((await JsonAsync("group", "list")).EnumerateArray());
    }

    [Fact]
    public async Task A_wrong_change_leaves_the_group_as_it_is()
    {
        await _server.GoodAsync(["group", "create", "web", "--capacity", "0", .. Two]);
        var before = await JsonAsync("group", "show", "web");

        var placements = await _server.RunAsync("group", "update", "web", "--placement", "home=home,zone=z", "--surge", "3");
        var both = await _server.RunAsync("group", "update", "web", "--capacity", "3", "--placement", "home=home,zone=z");
        var bounds = await _server.RunAsync("group", "update", "web", "--capacity", "5", "--min", "8", "--surge", "3");
        var unknown = await _server.RunAsync("group", "evacuate", "web", "--placement", "cellar");
        var whole = await _server.RunAsync("group", "restore", "web", "--placement", "attic");

        Assert.Equal("muster: --placement home zone is 'z': one of the zones of cloud local: a, b, c", placements.ErrorLines[0]);
        Assert.StartsWith("muster: --placement is 'cellar': ", unknown.ErrorLines[0], StringComparison.Ordinal);
        Assert.StartsWith("muster: --placement is 'attic': ", whole.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(placements.ErrorLines[0], both.ErrorLines[0]);
        Assert.StartsWith("muster: --capacity is '5': at least 8", bounds.ErrorLines[0], StringComparison.Ordinal);
        Assert.All([placements, both, bounds, unknown, whole], run => Assert.Equal(ExitCode.Usage, run.Code));
        Assert.Equal(
            before.GetProperty("version").GetInt64(), (await JsonAsync("group", "show", "web")).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task Capacity_and_the_rest_change_together_in_one_version_and_one_activity()
    {
        await _server.GoodAsync(["group", "create", "web", "--capacity", "0", .. Two]);

        await _server.GoodAsync("group", "update", "web", "--capacity", "+1", "--max", "7", "--surge", "3", "--yes");

        var group = await JsonAsync("group", "show", "web");
        Assert.Equal((2, 1, 7, "3"), (
            group.GetProperty("version").GetInt64(), group.GetProperty("capacity").GetProperty("desired").GetInt32(),
            group.GetProperty("capacity").GetProperty("max").GetInt32(), Text(group, "surge")));
        var told = (await JsonAsync("group", "activity", "web")).EnumerateArray()
            .Select(activity => Text(activity, "description")!).Single(text => text.Contains("surge", StringComparison.Ordinal));
        Assert.Contains("capacity 0 → 1 (max 1000 → 7)", told, StringComparison.Ordinal);
    }

    private async Task<JsonElement> JsonAsync(params string[] args) =>
        JsonDocument.Parse((await _server.GoodAsync([.. args, "--json"])).Out).RootElement;

    private static (string? Name, string? Zone, int Wanted, int Running, string? Condition) Shown(JsonElement placement) => (
        Text(placement, "name"), Text(placement, "zone"), placement.GetProperty("wanted").GetInt32(),
        placement.GetProperty("running").GetInt32(), Text(placement, "condition"));

    private static IEnumerable<int> Running(JsonElement group) =>
        group.GetProperty("placements").EnumerateArray().Select(placement => placement.GetProperty("running").GetInt32());

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
