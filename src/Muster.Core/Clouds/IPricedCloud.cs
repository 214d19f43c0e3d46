using System.Collections.Immutable;

namespace Muster.Core.Clouds;

/// <summary>A cloud that can tell, or may be able to tell, what its instances cost. Throws as <see cref="ICloud"/> does.</summary>
public interface IPricedCloud
{
    /// <summary>False where it is known without a call that the cloud tells none; constant for the life of the object.</summary>
    bool MayHavePrices { get; }

    /// <summary>What instances cost an hour now, each price once.</summary>
    Task<ImmutableArray<CloudPrice>> ListPricesAsync(CancellationToken cancellationToken);
}

/// <summary>What a cloud says that an instance costs an hour. Not believed before it is looked at.</summary>
/// <param name="Zone">In this zone; null for every one.</param>
/// <param name="Size">Of this size; null for every one.</param>
/// <param name="IsInterruptible">Of those that it may take back, or of the others; null for both.</param>
/// <param name="Amount">How much an hour.</param>
/// <param name="Currency">Of what: three capital letters.</param>
public sealed record CloudPrice(string? Zone, string? Size, bool? IsInterruptible, decimal Amount, string Currency);
