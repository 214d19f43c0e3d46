using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.OpenStack;

public sealed class OpenStackConformanceTests : CloudConformance
{
    protected override async Task<CloudHarness> OpenAsync() => await OpenStackHarness.StartAsync(options =>
    {
        options.Lag = TimeSpan.FromMilliseconds(150);
        options.Provisioning = new(TimeSpan.FromMilliseconds(20));
        options.Stopping = new(TimeSpan.FromMilliseconds(20));
        options.PageMax = 40;
    });
}
