using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Libvirt.Real;

/// <summary>The whole suite on two real hosts, each a zone.</summary>
[Collection(LibvirtGroup.Name)]
public sealed class RealLibvirtZonesConformanceTests(LibvirtHosts hosts) : CloudConformance
{
    protected override Task<CloudHarness> OpenAsync()
    {
        LibvirtHosts.SkipUnlessAsked();
        return Task.FromResult<CloudHarness>(new RealLibvirtHarness(hosts, hasZones: true));
    }

    [Fact]
    public async Task The_kind_says_what_its_cloud_can()
    {
        await using var harness = await OpenAsync();

        Assert.Equal(CloudKinds.Find("libvirt")!.Description.Abilities, CloudAbilities.Of(harness.Cloud));
    }
}
