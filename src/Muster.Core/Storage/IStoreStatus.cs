namespace Muster.Core.Storage;

/// <summary>What a store is, and whether it answers.</summary>
public interface IStoreStatus
{
    /// <summary>What kind of store it is, and of which schema.</summary>
    StoreFacts Facts { get; }

    /// <summary>Whether the store answers; throws when it does not.</summary>
    Task PingAsync(CancellationToken cancellationToken);
}
