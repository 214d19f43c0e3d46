namespace Muster.Clouds.Tests.Libvirt.Real;

/// <summary>The hosts for all tests of the real thing, one after the other: some of them crash a daemon.</summary>
[CollectionDefinition(Name)]
public sealed class LibvirtGroup : ICollectionFixture<LibvirtHosts>
{
    public const string Name = "libvirt";
}
