using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Lxd;

/// <summary>The example that people copy keeps the whole contract, with the real daemon behind it.</summary>
[Collection(LxcGroup.Name)]
public sealed class LxcPluginConformanceTests(LxdDaemon daemon) : CloudConformance
{
    protected override Task<CloudHarness> OpenAsync()
    {
        daemon.SkipUnlessRunning();
        return Task.FromResult<CloudHarness>(new LxcPluginHarness(daemon));
    }
}
