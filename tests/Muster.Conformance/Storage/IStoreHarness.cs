using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>Makes the store that a conformance test runs against: a new, empty one each time.</summary>
public interface IStoreHarness : IAsyncDisposable
{
    /// <summary>Opens the store; called once.</summary>
    Task<IStore> OpenAsync(CancellationToken cancellationToken);
}
