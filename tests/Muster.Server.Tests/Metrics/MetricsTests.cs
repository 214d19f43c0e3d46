using Muster.Core;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Health;
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
    public async Task Probes_are_told_with_their_reasons_and_how_late_they_begin_and_findings_by_verdict()
    {
        await using var server = await RunningServer.StartDevAsync();
        var reasons = new long[Enum.GetValues<ProbeReason>().Length];
        (reasons[(int)ProbeReason.Refused], reasons[(int)ProbeReason.NoRoute]) = (4, 2);
        server.Probes.Figures = new(Targets: 5, InFlight: 1, Made: 10, Failed: 4, NotMade: 2, Late: 1, Connections: 9, NotesFailed: 3)
        {
            ByReason = [.. reasons],
            Findings = [6, 2, 1],
        };
        server.Probes.Begin(TimeSpan.FromMilliseconds(20));
        server.Probes.Begin(TimeSpan.FromSeconds(3));

        var answer = (await server.GetAsync("/metrics")).Good(200);

        Assert.Equal(5, Value(answer, "muster_probe_targets"));
        Assert.Equal(10, Value(answer, "muster_probes_total"));
        Assert.Equal(4, Value(answer, "muster_probes_failed_total", "reason=\"refused\""));
        Assert.Equal(0, Value(answer, "muster_probes_failed_total", "reason=\"timeout\""));
        Assert.Equal(2, Value(answer, "muster_probes_not_made_total", "reason=\"no_route\""));
        Assert.Equal(1, Value(answer, "muster_probes_late_total"));
        Assert.Equal(3, Value(answer, "muster_finding_writes_failed_total"));
        Assert.Equal(6, Value(answer, "muster_findings", "verdict=\"healthy\""));
        Assert.Equal(2, Value(answer, "muster_findings", "verdict=\"unhealthy\""));
        Assert.Equal(1, Value(answer, "muster_findings", "verdict=\"unknown\""));
        Assert.Equal(2, Value(answer, "muster_probe_lateness_seconds_count"));
        Assert.Equal(1, Value(answer, "muster_probe_lateness_seconds_bucket", "le=\"0.025\""));
    }

    [Fact]
    public async Task A_group_of_which_most_are_unhealthy_is_counted_as_one_that_nobody_mends()
    {
        await using var server = await RunningServer.StartDevAsync(beats: true);
        await server.AddGroupAsync();
        var cancel = TestContext.Current.CancellationToken;
        await server.Client.CheckGroupAsync("shop", cancel);

        // Else a check between the two words would replace the first one: it alone is not most of them.
        (await server.SendAsync("POST", "/v1/groups/shop/suspend", """{"launch":true}""")).Good(200);
        foreach (var instance in server.Cloud.Instances.Take(2))
        {
            (await server.SendAsync("PUT", $"/v1/instances/{instance.Id}/health", """{"verdict":"unhealthy"}""")).Good(200);
        }

        (await server.SendAsync("POST", "/v1/groups/shop/resume", """{"launch":true}""")).Good(200);
        await server.Client.CheckGroupAsync("shop", cancel);
        await Patiently.UntilAsync(
            async () => Value((await server.GetAsync("/metrics")).Good(200), "muster_groups_mostly_unhealthy") == 1,
            "the group is counted");
        Assert.Equal(3, server.Cloud.Instances.Length);
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
