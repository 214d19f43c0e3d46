namespace Muster.Clouds.Tests.Lxd;

/// <summary>A daemon of their own for the tests of the example plugin: they take as long as those of the cloud.</summary>
[CollectionDefinition(Name)]
public sealed class LxcGroup : ICollectionFixture<LxdDaemon>
{
    public const string Name = "lxc";
}
