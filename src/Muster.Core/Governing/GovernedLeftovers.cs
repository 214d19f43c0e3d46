using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>Leftovers behind the credential's governor, as every other call.</summary>
internal sealed class GovernedLeftovers(ICloudWithLeftovers cloud, ICallGovernor governor, ICallLine line) : ICloudWithLeftovers
{
    /// <inheritdoc/>
    public Task<ImmutableArray<Leftover>> ListLeftoversAsync(InstallationId installation, CancellationToken cancellationToken) =>
        GovernedCall.MakeAsync(
            governor, line, CallKind.Read, () => cloud.ListLeftoversAsync(installation, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task RemoveLeftoverAsync(Leftover leftover, CancellationToken cancellationToken) => GovernedCall.MakeAsync(
        governor,
        line,
        CallKind.Write,
        async () =>
        {
            await cloud.RemoveLeftoverAsync(leftover, cancellationToken);
            return true;
        },
        cancellationToken);
}
