using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Libvirt;

/// <summary>The whole suite on two simulated hosts, each a zone.</summary>
public sealed class LibvirtZonesConformanceTests : CloudConformance
{
    protected override Task<CloudHarness> OpenAsync() => Task.FromResult<CloudHarness>(LibvirtHarness.Start(hasZones: true));

    [Fact]
    public async Task The_kind_says_what_its_cloud_can()
    {
        await using var harness = await OpenAsync();

        Assert.Equal(CloudKinds.Find("libvirt")!.Description.Abilities, CloudAbilities.Of(harness.Cloud));
    }
}
