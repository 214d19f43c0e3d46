using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Docker;

/// <summary>The whole suite against a real engine.</summary>
[Collection(DockerGroup.Name)]
public sealed class DockerConformanceTests(DockerDaemon daemon) : CloudConformance
{
    protected override Task<CloudHarness> OpenAsync()
    {
        daemon.SkipUnlessRunning();
        return Task.FromResult<CloudHarness>(new DockerHarness(daemon));
    }
}
