using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Gce;

public sealed class GceConformanceTests : CloudConformance
{
    /// <summary>Enough to be met by most looks at what was just done.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(200);

    protected override async Task<CloudHarness> OpenAsync() => await GceHarness.StartAsync(options => options.Lag = Lag);
}
