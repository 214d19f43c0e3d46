using Muster.Core.Clouds;
using Muster.Core.Reconciling;
using Muster.Core.Traffic;

namespace Muster.Core.Governing;

/// <summary>A cloud's load balancers behind the credential's governor, as every other call.</summary>
internal sealed class GovernedBalancing(IBalancingCloud cloud, ICallGovernor governor, ICallLine line) : IBalancingCloud
{
    /// <inheritdoc/>
    public ITrafficSource OpenBalancer(BalancerSettings settings) => new GovernedBalancer(cloud.OpenBalancer(settings), governor);

    /// <inheritdoc/>
    public Task<CloudStep> CheckBalancersAsync(CancellationToken cancellationToken) =>
        GovernedCall.MakeAsync(governor, line, CallKind.Read, () => cloud.CheckBalancersAsync(cancellationToken), cancellationToken);
}
