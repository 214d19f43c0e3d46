using Muster.Core.Clouds;

namespace Muster.Core.Traffic;

/// <summary>A cloud with load balancers of its own, into which its instances can be taken, and out of them, while they live.</summary>
public interface IBalancingCloud
{
    /// <summary>Its load balancers as a source of traffic. Nothing is called yet; disposing it leaves the cloud open.</summary>
    /// <param name="settings">How they are used.</param>
    /// <returns>
    /// A source that is only ever told of this cloud's own instances, each with an address. A group names the set of members in
    /// <see cref="TrafficUse.Backend"/>, in the cloud's own word for it. It throws <see cref="CloudException"/>, as <see cref="ICloud"/>
    /// does, and no other; a call whose outcome is not known (<see cref="CloudErrorKind.Ambiguous"/>) is made again after the next look.
    /// </returns>
    ITrafficSource OpenBalancer(BalancerSettings settings);

    /// <summary>
    /// Looks whether the credential may use its load balancers, as a step of a check of the cloud. Asked only where a source of traffic is
    /// configured that uses them: rights for what nobody uses are not missed. Changes nothing.
    /// </summary>
    /// <returns>What was found; if bad, what to do. Never whose they are: everybody who may check the cloud reads it.</returns>
    Task<CloudStep> CheckBalancersAsync(CancellationToken cancellationToken);
}

/// <summary>How a cloud's load balancers are used.</summary>
/// <param name="Settle">
/// How long a member that gets nothing new may go on with what it has, where the load balancer does not tell when that is done.
/// </param>
public sealed record BalancerSettings(TimeSpan Settle);
