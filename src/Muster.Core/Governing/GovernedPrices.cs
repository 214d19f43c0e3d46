using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>Prices behind the credential's governor, as every other call.</summary>
internal sealed class GovernedPrices(IPricedCloud cloud, ICallGovernor governor, ICallLine line) : IPricedCloud
{
    /// <inheritdoc/>
    public bool MayHavePrices => cloud.MayHavePrices;

    /// <inheritdoc/>
    public Task<ImmutableArray<CloudPrice>> ListPricesAsync(CancellationToken cancellationToken) =>
        GovernedCall.MakeAsync(governor, line, CallKind.Read, () => cloud.ListPricesAsync(cancellationToken), cancellationToken);
}
