using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
using Muster.Clouds.Tests.Lxd;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Incus;

/// <summary>The whole suite for the kind <c>incus</c>, against a real LXD, which stands in for Incus: Debian 12 has none.</summary>
[Collection(LxdGroup.Name)]
public sealed class IncusConformanceTests(LxdDaemon daemon) : CloudConformance
{
    protected override Task<CloudHarness> OpenAsync()
    {
        daemon.SkipUnlessRunning();
        return Task.FromResult<CloudHarness>(new LxdHarness(daemon, "incus"));
    }

    [Fact]
    public async Task The_kind_says_what_its_cloud_can()
    {
        await using var harness = await OpenAsync();

        Assert.Equal(CloudKinds.Find("incus")!.Description.Abilities, CloudAbilities.Of(harness.Cloud));
    }
}
