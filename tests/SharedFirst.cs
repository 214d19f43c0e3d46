using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer<Muster.Testing.SharedFirst>]

namespace Muster.Testing;

/// <summary>
/// Tests that share something begin first: they run one after the other, and that takes longest. The others come in any order.
/// </summary>
public sealed class SharedFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections)
        where T : ITestCollection =>
        [.. DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections)
            .OrderBy(one => one.TestCollectionClassName is null)];
}
