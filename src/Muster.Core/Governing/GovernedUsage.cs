using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>A cloud's own figures behind the credential's governor, as every other call.</summary>
internal sealed class GovernedUsage(IMeteredCloud cloud, ICallGovernor governor, ICallLine line) : IMeteredCloud
{
    /// <inheritdoc/>
    public bool MayHaveUsage => cloud.MayHaveUsage;

    /// <inheritdoc/>
    public Task<ImmutableArray<InstanceUsage>> ReadUsageAsync(InstallationId installation, CancellationToken cancellationToken) =>
        GovernedCall.MakeAsync(
            governor, line, CallKind.Read, () => cloud.ReadUsageAsync(installation, cancellationToken), cancellationToken);
}
