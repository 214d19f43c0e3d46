namespace Muster.Clouds.Tests.Docker;

/// <summary>One engine for all tests of it, one after the other: some of them crash it.</summary>
[CollectionDefinition(Name)]
public sealed class DockerGroup : ICollectionFixture<DockerDaemon>
{
    public const string Name = "docker";
}
