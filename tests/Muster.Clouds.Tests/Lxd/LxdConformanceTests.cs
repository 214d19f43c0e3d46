using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Lxd;

/// <summary>The whole suite against a real daemon.</summary>
[Collection(LxdGroup.Name)]
public sealed class LxdConformanceTests(LxdDaemon daemon) : CloudConformance
{
    protected override Task<CloudHarness> OpenAsync()
    {
        daemon.SkipUnlessRunning();
        return Task.FromResult<CloudHarness>(new LxdHarness(daemon));
    }
}
