using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Vsphere;

public sealed class VsphereConformanceTests : CloudConformance
{
    protected override async Task<CloudHarness> OpenAsync() => await VsphereHarness.StartAsync();
}
