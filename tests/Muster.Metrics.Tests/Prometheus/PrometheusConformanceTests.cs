using Muster.Conformance.Metrics;
using Muster.Metrics.Tests.Support;

namespace Muster.Metrics.Tests.Prometheus;

public sealed class PrometheusConformanceTests(PrometheusServer server) : MetricSourceConformance, IClassFixture<PrometheusServer>
{
    protected override Task<MetricSourceHarness> OpenAsync() =>
        PrometheusSourceTests.HarnessAsync(server, "avg by (group) (cpu)", ("group_label", "group"));
}

public sealed class PrometheusPlaceholderConformanceTests(PrometheusServer server)
    : MetricSourceConformance, IClassFixture<PrometheusServer>
{
    protected override Task<MetricSourceHarness> OpenAsync() =>
        PrometheusSourceTests.HarnessAsync(server, "cpu{group=\"$group\"}", ("instance_label", "host"));
}
