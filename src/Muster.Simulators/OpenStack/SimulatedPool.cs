namespace Muster.Simulators.OpenStack;

/// <summary>A pool of a simulated load balancer.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Balancer">Its load balancer's id.</param>
/// <param name="HasMonitor">Whether a health monitor looks at its members.</param>
public sealed record SimulatedPool(Guid Id, string Name, Guid Balancer, bool HasMonitor);
