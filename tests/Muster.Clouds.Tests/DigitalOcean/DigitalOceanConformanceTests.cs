using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.DigitalOcean;

public sealed class DigitalOceanConformanceTests : CloudConformance
{
    /// <summary>Enough to be met by most looks at what was just done.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(150);

    protected override async Task<CloudHarness> OpenAsync() => await DigitalOceanHarness.StartAsync(options =>
    {
        options.Lag = Lag;
        options.TagLag = Lag;
    });
}
