using System.Globalization;

using Muster.EndToEnd.Steering.Support;
using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Steering;

/// <summary>The talk's alarm, on a real Prometheus.</summary>
public sealed class PrometheusAlarmTests
{
    [Fact]
    public async Task An_alarm_launches_more_and_says_why_and_a_Prometheus_that_is_gone_shrinks_nothing()
    {
        await using var exporter = new Exporter(20);
        var folder = DevServer.NewData();
        try
        {
            var (prometheus, url) = await Daemons.PrometheusAsync(folder, exporter.Host);
            await using var running = prometheus;
            await using var server = await SteeringServer.StartAsync($"""
                [[metrics]]
                name = "cpu"
                source = "prometheus"
                [metrics.options]
                url = "{url}"
                query = "load"
                """);
            await server.AddGroupAsync("web", 2);
            await server.SayAsync(
                "policy create alarm --group web --kind step --metric cpu --above 80 --for 3s --add 30% --cooldown 30m --max-age 15s");
            await server.UntilPolicyAsync("web", "alarm", said => SteeringServer.Reason(said) == "cpu: 20, not above 80", "all is well");

            exporter.Set(91);
            using var http = new HttpClient();
            await Patiently.UntilAsync(
                async () => (await http.GetStringAsync($"{url}/api/v1/query?query=load", TestContext.Current.CancellationToken))
                    .Contains("\"91\"", StringComparison.Ordinal),
                "Prometheus shows the breach");
            var shownAt = TimeProvider.System.GetUtcNow();
            await server.UntilRunningAsync("web", 3);

            var move = Assert.Single(await server.MovesAsync("web", "alarm"));
            var launchedAt = (await server.GetAsync("/v1/groups/web/activities?limit=200")).GetProperty("items").EnumerateArray()
                .First(activity => activity.GetProperty("type").GetString() == "launch").GetProperty("first_at").GetDateTimeOffset();
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"launched {(launchedAt - shownAt).TotalSeconds - 3:0.00} s after Prometheus had shown the breach for its 3 s"));
            var told = move.GetProperty("description").GetString();
            Assert.StartsWith("capacity 2 → 3 by policy alarm: cpu: 91, above 80 for ", told, StringComparison.Ordinal);
            Assert.EndsWith(" → 3 (+30% of 2)", told, StringComparison.Ordinal);

            // Somebody wants fewer from now on, and is the only one who sees anything.
            await prometheus.DisposeAsync();
            await server.UntilPolicyAsync(
                "web", "alarm", said => said.TryGetProperty("blind", out var blind) && blind.GetBoolean(), "that it has no data");
            await server.SayAsync("policy create fewer --group web --kind step --metric idle --above 0 --set 1");
            await server.PushAsync("web", "idle", 1);
            await server.UntilPolicyAsync(
                "web", "fewer", said => SteeringServer.Reason(said) == "idle: 1, above 0 → 1", "that one is enough");
            await server.UntilAskedAgainAsync("web", "fewer");
            await server.UntilRunningAsync("web", 3);

            var list = await server.MusterAsync("policy", "list", "--group", "web", "--wide");
            var line = list.Good().Output.Split('\n').Single(line => line.StartsWith("alarm ", StringComparison.Ordinal));
            Assert.Contains("no data", line, StringComparison.Ordinal);
            Assert.Contains("no reading of cpu for ", line, StringComparison.Ordinal);
            Assert.Contains(url["http://".Length..], line, StringComparison.Ordinal);

            // It was the alarm that kept them.
            await server.SayAsync("policy delete alarm --group web");
            await server.UntilRunningAsync("web", 1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
