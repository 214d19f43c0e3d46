using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Proxmox;

public sealed class ProxmoxConformanceTests : CloudConformance
{
    /// <summary>Enough to be met by most looks at what was just done.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(100);

    protected override async Task<CloudHarness> OpenAsync() => await ProxmoxHarness.StartAsync(options => options.Lag = Lag);
}
