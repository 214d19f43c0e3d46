using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
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

    [Fact]
    public async Task The_kind_says_what_its_cloud_can()
    {
        await using var harness = await OpenAsync();

        Assert.Equal(CloudKinds.Find("docker")!.Description.Abilities, CloudAbilities.Of(harness.Cloud));
    }
}
