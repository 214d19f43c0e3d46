using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Local;

public sealed class LocalConformanceTests : CloudConformance
{
    protected override Task<CloudHarness> OpenAsync() => Task.FromResult<CloudHarness>(new LocalHarness());
}
