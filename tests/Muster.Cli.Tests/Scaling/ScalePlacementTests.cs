using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Core.Launches;

namespace Muster.Cli.Tests.Scaling;

/// <summary><c>muster scale</c> of a group in several places, without a server, with real processes.</summary>
public sealed partial class ScalePlacementTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _prices = [];
    private readonly string _home;
    private readonly string _away;

    public ScalePlacementTests()
    {
        _home = Template("home", "local");
        _away = Template("away", "spare");
    }

    public async ValueTask DisposeAsync()
    {
        await ScaleAsync(0, Places());
        _directory.Dispose();
    }

    [Fact]
    public async Task The_first_is_filled_then_the_next_and_the_next_is_left_first()
    {
        var first = await ScaleAsync(3, Places("max=2"));
        var second = await ScaleAsync(3, Places("max=2"));
        var shrunk = await ScaleAsync(2, Places("max=2"));

        Assert.All([first, second, shrunk], run => Assert.Equal(ExitCode.Ok, run.Code));
        Assert.Equal(3, Launches(first));
        Assert.StartsWith("NO_OP: ", Assert.Single(second.OutLines), StringComparison.Ordinal);
        Assert.Equal((2, 1), (Living("local", after: first), Living("spare", after: first)));
        Assert.Single(shrunk.OutLines, line => line.StartsWith("TERMINATE ", StringComparison.Ordinal));
        Assert.Contains(Id(shrunk.OutLines, "TERMINATE"), Made("spare"));
    }

    // Ids of launches are computed from their places in the group: those of one placement must not be another's.
    [Fact]
    public async Task Zones_share_what_the_command_line_says_of_an_instance()
    {
        string[] args = ["--cloud", "local", "--image", "sleep 1000", "--zones", "a,b"];

        var first = await ScaleAsync(4, args);
        var second = await ScaleAsync(4, args);

        Assert.Equal((ExitCode.Ok, 4), (first.Code, Launches(first)));
        Assert.Equal((ExitCode.Ok, 0), (second.Code, Launches(second)));
        Assert.Equal(4, Made("local").Count);
        Assert.Equal(ExitCode.Ok, (await ScaleAsync(0, args)).Code);
    }

    [Fact]
    public async Task A_group_in_one_place_may_get_others_and_keeps_what_runs()
    {
        string[] alone = ["--cloud", "local", "--image", "sleep 1000", "--name-prefix", "home"];

        await ScaleAsync(2, alone);
        var spread = await ScaleAsync(2, Places());
        var back = await ScaleAsync(2, alone);

        Assert.Equal([0, 0], [Launches(spread), Launches(back)]);
        Assert.All([spread, back], run => Assert.Equal(ExitCode.Ok, run.Code));
    }

    [Fact]
    public async Task What_is_out_of_stock_is_launched_elsewhere_in_the_same_run()
    {
        var run = await ScaleAsync(3, Places("zone=c"));
        var again = await ScaleAsync(3, Places("zone=c"));

        Assert.Equal((1, 2), (Living("local", after: run), Living("spare", after: run)));
        Assert.Equal((ExitCode.Ok, 3), (run.Code, Launches(run)));
        Assert.Equal((ExitCode.Ok, 0), (again.Code, Launches(again)));
    }

    // What is refused in one placement goes to another that has launched in this run already: it must not get those launches' ids again,
    // for which the cloud would answer with the same instances.
    [Fact]
    public async Task What_is_launched_elsewhere_in_the_same_run_is_nobody_that_this_run_has_launched()
    {
        string[] args = [.. Places("zone=c"), "--distribution", "balanced"];

        var run = await ScaleAsync(4, args);
        var again = await ScaleAsync(4, args);

        Assert.Equal((1, 3), (Made("local").Count, Made("spare").Count));
        Assert.Equal((ExitCode.Ok, 4), (run.Code, Launches(run)));
        Assert.Equal((ExitCode.Ok, 0), (again.Code, Launches(again)));
    }

    [Fact]
    public async Task A_cloud_that_is_away_keeps_its_places_and_the_others_go_on()
    {
        string[] places = ["--placement", $"home={_home},max=1", "--placement", $"out={Template("out", "gone")}"];

        var first = await ScaleAsync(3, places);
        var second = await ScaleAsync(3, places);

        Assert.Equal((ExitCode.LevelNotRestored, 1), (first.Code, Launches(first)));
        Assert.Equal((ExitCode.LevelNotRestored, 0), (second.Code, Launches(second)));
        Assert.Contains("gone", second.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_placement_has_a_breaker_that_its_own_template_opens()
    {
        string[] places =
            ["--placement", $"home={_home},max=1", "--placement", $"bad={Template("bad", "spare", "/bin/false")}"];
        var run = await ScaleAsync(2, places);
        for (var i = 0; i < 1000 && !run.Out.Contains("1 finds no room", StringComparison.Ordinal); i++)
        {
            run = await ScaleAsync(2, places);
        }

        var next = await ScaleAsync(2, places);

        Assert.All([run, next], held => Assert.Contains("bad: bad-", held.Out, StringComparison.Ordinal));
        Assert.All([run, next], held => Assert.Equal((ExitCode.LevelNotRestored, 0), (held.Code, Launches(held))));
        Assert.InRange(Made("spare").Count, LaunchBreaker.FailuresMax, LaunchBreaker.FailuresMax + 2);
        await ScaleAsync(0, places);
    }

    [Fact]
    public async Task The_cheapest_is_filled_first_by_the_prices_of_the_configuration()
    {
        string[] places = [.. Places(), "--distribution", "cheapest"];
        Price("local", 0.2m);
        Price("spare", 0.1m);

        var first = await ScaleAsync(2, places);
        _prices.Clear();
        Price("local", 0.1m);
        Price("spare", 0.2m);
        var second = await ScaleAsync(3, places);

        Assert.All([first, second], run => Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error)));
        Assert.Equal((0, 2), (Living("local", after: first), Living("spare", after: first)));
        Assert.Equal((1, 0), (Living("local", after: second), Living("spare", after: second)));
    }

    // It launches nothing: what counts is that it was asked, and that what it told was heard.
    [Fact]
    public async Task A_cloud_that_tells_its_prices_is_asked_for_them()
    {
        var script = _directory.Write(
            "telling",
            """
            #!/bin/sh
            case $1 in
            describe) echo '{"contract":1,"prices":true}' ;;
            prices) echo '{"prices":[{"size":"small","amount":0.05,"currency":"EUR"}]}' ;;
            *) exit 1 ;;
            esac
            """);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var priced = await ScaleAsync(0, ["--placement", $"told={Sized("small")}", "--distribution", "cheapest"]);
        var unpriced = await ScaleAsync(0, ["--placement", $"told={Sized("large")}", "--distribution", "cheapest"]);

        Assert.NotEqual(ExitCode.Usage, priced.Code);
        Assert.DoesNotContain("price", priced.Out + priced.Error, StringComparison.Ordinal);
        Assert.Equal(
            "muster: --distribution is 'cheapest': ordered or balanced: "
            + "no price is known for placement told (cloud telling, size large)",
            unpriced.ErrorLines[0]);

        string Sized(string size) => _directory.Write(
            $"{size}.toml",
            $"""
            cloud = "telling"
            image = "x"
            size = "{size}"
            """);
    }

    [Fact]
    public async Task The_cheapest_is_not_known_without_a_price_for_each_placement()
    {
        Price("local", 0.2m);

        var one = await ScaleAsync(2, [.. Places(), "--distribution", "cheapest"]);
        _prices.Clear();
        var none = await ScaleAsync(
            2, "--cloud", "local", "--image", "sleep 1000", "--zones", "a,b", "--distribution", "cheapest");

        Assert.All([one, none], run => Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out)));
        Assert.Equal(
            "muster: --distribution is 'cheapest': ordered or balanced: no price is known for placement away (cloud spare)",
            one.ErrorLines[0]);
        Assert.Equal(
            "muster: --distribution is 'cheapest': ordered or balanced: "
            + "no price is known for placement a (cloud local, zone a), placement b (cloud local, zone b)",
            none.ErrorLines[0]);
        Assert.Empty(Made("local"));
    }

    [Theory]
    [InlineData("--placement home zone is 'z': one of the zones of cloud local: a, b, c", "--placement", "home=HOME,zone=z")]
    [InlineData("--placement b base is '3': at most 2, its max", "--placement", "a=HOME", "--placement", "b=AWAY,base=3,max=2")]
    [InlineData("--placement b name", "--placement", "b=HOME", "--placement", "b=AWAY")]
    [InlineData(
        "--placement b template.cloud is 'azure': one of the configured clouds: local, spare, gone, telling", "--placement", "b=ODD")]
    [InlineData("--placement b template.image is missing: ", "--placement", "b=BARE")]
    [InlineData("--zones is 'z': one of the zones of cloud local: a, b, c", "--cloud", "local", "--image", "x", "--zones", "a,z")]
    [InlineData("--distribution is 'ordered': only for", "--cloud", "local", "--image", "x", "--distribution", "ordered")]
    [InlineData(
        "--image does not go with --placement: each placement's file says what an instance is there", "--placement", "b=HOME", "--image",
        "x")]
    [InlineData("--zones is 'a': placements or zones, not both", "--placement", "b=HOME", "--zones", "a")]
    [InlineData("NONE cannot be read: ", "--placement", "b=NONE")]
    public async Task Wrong_input_is_named_and_nothing_is_done(string expected, params string[] args)
    {
        var none = Path.Combine(_directory.Path, "none.toml");
        string Filled(string text) => text.Replace("HOME", _home, StringComparison.Ordinal).Replace("AWAY", _away, StringComparison.Ordinal)
            .Replace("ODD", Template("odd", "azure"), StringComparison.Ordinal)
            .Replace("BARE", _directory.Write("bare.toml", "cloud = \"local\""), StringComparison.Ordinal)
            .Replace("NONE", none, StringComparison.Ordinal);

        var run = await ScaleAsync(1, [.. args.Select(Filled)]);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith($"muster: {Filled(expected)}", run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Empty(run.Out);
        Assert.Empty(Made("local"));
    }

    private void Price(string cloud, decimal amount) => _prices.Add(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        [[price]]
        cloud = "{cloud}"
        amount = {amount}
        currency = "EUR"
        """));

    private string[] Places(string home = "min=0") => ["--placement", $"home={_home},{home}", "--placement", $"away={_away}"];

    private Task<CliRun> ScaleAsync(int count, params string[] args) =>
        CliRun.Of(["scale", "--group", "job", "--count", $"{count}", "--config", Configuration(), .. args]);

    private string Template(string name, string cloud, string image = "sleep 1000") => _directory.Write(
        $"{name}.toml",
        $"""
        name = "{name}"
        cloud = "{cloud}"
        image = "{image}"
        name_prefix = "{name}"
        """);

    private string Configuration() => _directory.Write(
        "muster.toml",
        $"""
        data = "{_directory.Path}/data"

        [[cloud]]
        name = "local"
        kind = "local"
        [cloud.options]
        zones = "a b c"
        stock = "a=9 b=9 c=1"

        [[cloud]]
        name = "spare"
        kind = "local"

        [[cloud]]
        name = "gone"
        kind = "docker"
        [cloud.options]
        endpoint = "unix://{_directory.Path}/no.sock"

        [[cloud]]
        name = "telling"
        kind = "exec"
        [cloud.options]
        command = "{_directory.Path}/telling"

        {string.Join('\n', _prices)}
        """);

    private static int Launches(CliRun run) => run.OutLines.Count(
        line => line.StartsWith("LAUNCH ", StringComparison.Ordinal) && line.EndsWith("-> succeeded", StringComparison.Ordinal));

    /// <summary>How many of what a run launched are on a cloud.</summary>
    private int Living(string cloud, CliRun after) =>
        Made(cloud).Intersect(after.OutLines.Select(line => Launched().Match(line).Groups[1].Value)).Count();

    /// <summary>The instances that a cloud has made.</summary>
    private HashSet<string> Made(string cloud) =>
        Directory.Exists($"{_directory.Path}/data/clouds/{cloud}")
            ? [.. Directory.EnumerateDirectories($"{_directory.Path}/data/clouds/{cloud}", "*", SearchOption.AllDirectories)
                .Select(path => Path.GetFileName(path))
                .Where(name => Guid.TryParse(name, out _))]
            : [];

    private static string Id(IEnumerable<string> lines, string type) =>
        lines.Single(line => line.StartsWith($"{type} ", StringComparison.Ordinal)).Split(' ', ':')[1];

    [GeneratedRegex("^LAUNCH ([^ :]+):")]
    private static partial Regex Launched();
}
