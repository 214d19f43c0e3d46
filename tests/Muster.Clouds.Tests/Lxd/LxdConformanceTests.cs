using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
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

    [Fact]
    public async Task The_kind_says_what_its_cloud_can()
    {
        await using var harness = await OpenAsync();

        Assert.Equal(CloudKinds.Find("lxd")!.Description.Abilities, CloudAbilities.Of(harness.Cloud));
    }
}
