using Muster.Core;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Metrics;

/// <remarks>A meter is heard by its name through the whole process, so no other server may live meanwhile.</remarks>
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
[Collection(nameof(MetricsTests))]
public sealed class MetricsTests
{
    [Fact]
    public async Task Prometheus_reads_what_the_pulse_and_the_clouds_do()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        await server.Client.CheckGroupAsync("shop", TestContext.Current.CancellationToken);
        server.Weather.Pages = new() { Refusal = new(CloudErrorKind.Throttled, "slow down", TimeSpan.FromSeconds(100)) };
        (await server.GetAsync("/v1/groups/shop/instances")).Problem(503, "cloud_throttled");

        var answer = (await server.GetAsync("/metrics")).Good(200);

        Assert.Equal("text/plain", answer.ContentType);
        Assert.Equal(1, Value(answer, "muster_groups"));
        Assert.Equal(1, Value(answer, "muster_checks_total"));
        Assert.Equal(0, Value(answer, "muster_checks_late_total"));
        Assert.Equal(0, Value(answer, "muster_checks_in_flight"));
        Assert.Equal(0, Value(answer, "muster_sweeps_total"));
        Assert.Equal(0, Value(answer, "muster_event_streams"));
        Assert.Equal(1, Value(answer, "muster_check_outcomes_total", "outcome=\"acted\""));
        Assert.Equal(0, Value(answer, "muster_check_outcomes_total", "outcome=\"broke_off\""));
        Assert.Equal(0, Value(answer, "muster_groups_overdue"));
        Assert.Equal(0, Value(answer, "muster_groups_below_level"));
        foreach (var figure in new[]
        {
            "servers",
            "sweeps_known",
            "sweeps_held",
            "sweeps_due",
            "sweeps_late_total",
            "machine_clock_ahead_seconds",
        })
        {
            Assert.True(double.IsFinite(Value(answer, $"muster_{figure}")));
        }

        Assert.Equal(1, Value(answer, "muster_build_info", "version=\"0.1.0\""));
        Assert.Equal(3, Value(answer, "muster_cloud_calls_total", "cloud=\"sim\"", "kind=\"write\""));
        Assert.True(Value(answer, "muster_cloud_calls_total", "cloud=\"sim\"", "kind=\"read\"") >= 2);
        Assert.Equal(1, Value(answer, "muster_cloud_calls_throttled_total", "cloud=\"sim\""));
        Assert.Equal(0, Value(answer, "muster_cloud_calls_failed_total", "cloud=\"sim\""));
        Assert.Equal(0, Value(answer, "muster_cloud_calls_waiting", "cloud=\"other\""));
        Assert.InRange(Value(answer, "muster_cloud_closed_seconds", "cloud=\"sim\""), 50, 100);
        Assert.Equal(1, Value(answer, "http_server_request_duration_seconds_count", "http_route=\"/v1/groups/{id}/check\""));
    }

    [Fact]
    public async Task Lateness_is_a_distribution_of_the_checks_that_were_due_at_a_time()
    {
        await using var server = await RunningServer.StartDevAsync();
        var due = server.Clock.GetUtcNow();
        var group = new GroupId(new SystemRandomSource().NextId());
        server.Pulse.History.Keep(group, new(due, due.AddSeconds(3), TimeSpan.FromSeconds(1)), CheckOutcome.Idle, "");
        server.Pulse.History.Keep(group, new(null, due, TimeSpan.FromSeconds(1)), CheckOutcome.Idle, "");

        var answer = (await server.GetAsync("/metrics")).Good(200);

        Assert.Equal(1, Value(answer, "muster_check_lateness_seconds_count"));
        Assert.Equal(0, Value(answer, "muster_check_lateness_seconds_bucket", "le=\"2\""));
        Assert.Equal(1, Value(answer, "muster_check_lateness_seconds_bucket", "le=\"5\""));
    }

    private static double Value(Answer answer, string name, params string[] labels)
    {
        var lines = answer.Body.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is '{' or ' ')
            .Where(line => labels.All(label => line.Contains(label, StringComparison.Ordinal)))
            .ToList();
        Assert.True(lines.Count == 1, $"{lines.Count} lines for {name}: {answer.Body}");
        return double.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
