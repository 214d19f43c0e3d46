using System.Text.Json;

using Muster.Clouds.OpenStack.Wire;
using Muster.Outbound;

namespace Muster.Clouds.OpenStack;

/// <summary>A pool of a load balancer.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, for people; its id where it has none.</param>
/// <param name="Balancer">The id of its load balancer, which takes one change at a time.</param>
internal sealed record BalancerPool(Guid Id, string Name, string Balancer)
{
    /// <summary>Where its members are.</summary>
    public string Members => $"lbaas/pools/{Id:D}/members";

    /// <summary>Reads one; null where it has no id.</summary>
    public static BalancerPool? Read(JsonElement pool) => Guid.TryParse(pool.Text("id"), out var id)
        ? new(
            id,
            ForeignText.Shown(pool.Text("name") is { Length: > 0 } name ? name : id.ToString("D")),
            pool.List("loadbalancers").Select(one => one.Text("id")).FirstOrDefault() ?? id.ToString("D"))
        : null;
}
