using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Triton;

public sealed class TritonConformanceTests : CloudConformance
{
    protected override async Task<CloudHarness> OpenAsync() => await TritonHarness.StartAsync();
}
