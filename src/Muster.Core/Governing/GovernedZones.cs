using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>Zones behind the credential's governor, as every other call.</summary>
internal sealed class GovernedZones(IZonedCloud cloud, ICallGovernor governor, ICallLine line) : IZonedCloud
{
    /// <inheritdoc/>
    public bool MayHaveZones => cloud.MayHaveZones;

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken) =>
        GovernedCall.MakeAsync(governor, line, CallKind.Read, () => cloud.ListZonesAsync(cancellationToken), cancellationToken);
}
