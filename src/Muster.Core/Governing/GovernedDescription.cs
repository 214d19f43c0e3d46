using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>A cloud's word about itself behind the credential's governor, as every other call.</summary>
internal sealed class GovernedDescription(ISelfDescribingCloud cloud, ICallGovernor governor, ICallLine line) : ISelfDescribingCloud
{
    /// <inheritdoc/>
    public Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken) =>
        GovernedCall.MakeAsync(governor, line, CallKind.Read, () => cloud.DescribeAsync(cancellationToken), cancellationToken);
}
