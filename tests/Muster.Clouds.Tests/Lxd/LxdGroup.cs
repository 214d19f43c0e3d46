namespace Muster.Clouds.Tests.Lxd;

/// <summary>One daemon for all tests of the cloud, one after the other: some of them crash it.</summary>
[CollectionDefinition(Name)]
public sealed class LxdGroup : ICollectionFixture<LxdDaemon>
{
    public const string Name = "lxd";
}
