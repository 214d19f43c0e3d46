using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Libvirt;

/// <summary>The whole suite on one simulated host.</summary>
public sealed class LibvirtConformanceTests : CloudConformance
{
    protected override Task<CloudHarness> OpenAsync() => Task.FromResult<CloudHarness>(LibvirtHarness.Start());
}
