using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Deploying;

/// <summary>Alerts and board speak of figures that a server really shows: a name that is slightly wrong would be silent for ever.</summary>
public sealed partial class MonitoringTests
{
    // What Prometheus and its rules make themselves.
    private static readonly string[] OfPrometheus = ["up"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_figure_of_the_alerts_and_the_board_is_shown_by_a_server()
    {
        await using var server = await TokenServer.StartAsync();
        var shown = await ShownByAsync(server);

        var wanted = await WantedAsync();
        Assert.Contains("muster_sweeps_known", wanted);
        Assert.Contains("http_server_request_duration_seconds_bucket", wanted);
        Assert.Empty(wanted.Except(shown).Except(OfPrometheus));
    }

    [Fact]
    public async Task Every_figure_of_Musters_own_but_its_size_is_watched_by_an_alert_or_the_board()
    {
        await using var server = await TokenServer.StartAsync();
        var shown = (await ShownByAsync(server)).Where(name => name.StartsWith("muster_", StringComparison.Ordinal));

        string[] leftOut = ["muster_servers", "muster_event_streams", "muster_sweeps_total"];
        Assert.Empty(shown.Except(await WantedAsync()).Except(leftOut));
    }

    [Fact]
    public async Task The_alerts_do_what_their_tests_say()
    {
        (await DeployFolder.RunAsync("promtool", "check", "rules", DeployFolder.At("monitoring", "muster.rules.yml"))).Good();
        (await DeployFolder.RunAsync("promtool", "test", "rules", DeployFolder.At("monitoring", "muster.rules.test.yml"))).Good();
    }

    [Fact]
    public async Task Every_alert_is_explained_where_operators_read()
    {
        var rules = await File.ReadAllTextAsync(DeployFolder.At("monitoring", "muster.rules.yml"), Cancellation);
        var page = await File.ReadAllTextAsync(Path.Combine(DeployFolder.Root, "docs", "operating.md"), Cancellation);

        var alerts = AlertName().Matches(rules).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert => Assert.Contains(alert, page, StringComparison.Ordinal));
    }

    /// <summary>
    /// The names of series, once every figure has something to tell: a cloud was called, a request answered, a policy asked and an instance
    /// probed.
    /// </summary>
    private static async Task<HashSet<string>> ShownByAsync(TokenServer server)
    {
        var environment = new Dictionary<string, string> { ["MUSTER_ADDR"] = server.Address, ["MUSTER_TOKEN"] = server.Token };
        (await ProgramRun.OfAsync(
            MusterExe.Path, ["template", "create", "hello", "--cloud", "local", "--image", "muster hello"], environment)).Good();
        (await ProgramRun.OfAsync(
            MusterExe.Path, ["group", "create", "none", "--template", "hello", "--capacity", "0", "--interval", "5s"], environment)).Good();
        (await ProgramRun.OfAsync(MusterExe.Path, ["group", "check", "none"], environment)).Good();
        (await ProgramRun.OfAsync(
            MusterExe.Path,
            ["group", "create", "probed", "--template", "hello", "--capacity", "1", "--health", "tcp", "--health-port", "attribute:port"],
            environment)).Good();
        (await ProgramRun.OfAsync(
            MusterExe.Path,
            ["policy", "create", "none", "--group", "none", "--kind", "step", "--metric", "load", "--above", "0", "--set", "0"],
            environment)).Good();
        (await ProgramRun.OfAsync(
            MusterExe.Path, ["reading", "push", "--group", "none", "--metric", "load", "1"], environment)).Good();

        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        var names = new HashSet<string>();
        await Patiently.UntilAsync(
            async () =>
            {
                var text = await http.GetStringAsync(new Uri($"{server.Address}/metrics"), Cancellation);
                names = [.. SeriesName().Matches(text).Select(match => match.Groups[1].Value)];
                return names.IsSupersetOf([
                    "muster_last_sweep_timestamp_seconds", "muster_check_lateness_seconds_count", "muster_policy_recommendation",
                    "muster_probe_lateness_seconds_count",
                ]);
            },
            "a sweep has ended that was due at a time, a policy was asked, and an instance probed");
        return names;
    }

    private static async Task<HashSet<string>> WantedAsync()
    {
        var rules = await File.ReadAllTextAsync(DeployFolder.At("monitoring", "muster.rules.yml"), Cancellation);
        using var board = JsonDocument.Parse(
            await File.ReadAllTextAsync(DeployFolder.At("monitoring", "grafana", "muster.json"), Cancellation));
        var queries = RuleQuery().Matches(rules).Select(match => match.Groups[1].Value).Concat(
            board.RootElement.GetProperty("panels").EnumerateArray()
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!));
        return [.. queries.SelectMany(query => FigureName().Matches(query).Select(match => match.Value))];
    }

    [GeneratedRegex(@"^\s*- alert: (\w+)", RegexOptions.Multiline)]
    private static partial Regex AlertName();

    [GeneratedRegex(@"^([a-z_]+)[{ ]", RegexOptions.Multiline)]
    private static partial Regex SeriesName();

    [GeneratedRegex(@"^\s*expr: (.+)$", RegexOptions.Multiline)]
    private static partial Regex RuleQuery();

    [GeneratedRegex(@"\b(?:up|(?:muster|http_server|dotnet|kestrel)_[a-z_0-9]+)\b(?=[{)\[ ]|$)")]
    private static partial Regex FigureName();
}
