using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Libvirt.Real;

/// <summary>The whole suite on one real host, over TLS.</summary>
[Collection(LibvirtGroup.Name)]
public sealed class RealLibvirtConformanceTests(LibvirtHosts hosts) : CloudConformance
{
    protected override Task<CloudHarness> OpenAsync()
    {
        LibvirtHosts.SkipUnlessAsked();
        return Task.FromResult<CloudHarness>(new RealLibvirtHarness(hosts, hasZones: false));
    }
}
