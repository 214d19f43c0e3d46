namespace Muster.EndToEnd.Nomad.Support;

/// <summary>Tests whose stories are begun together.</summary>
[CollectionDefinition(Name)]
public sealed class StoriesCollection : ICollectionFixture<Stories>
{
    /// <summary>Its name.</summary>
    public const string Name = "Nomad's stories";
}
