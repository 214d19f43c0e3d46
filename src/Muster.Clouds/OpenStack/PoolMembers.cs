using System.Net;
using System.Text;
using System.Text.Json.Nodes;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core.Clouds;
using Muster.Core.Traffic;
using Muster.Outbound;

namespace Muster.Clouds.OpenStack;

/// <summary>The members of pools, and the calls that change them.</summary>
/// <param name="api">Octavia.</param>
/// <param name="pools">Where a pool that is gone is forgotten.</param>
/// <param name="changes">Makes each change when its load balancer is free.</param>
/// <param name="subnet">The subnet that new members are told to be in; null for that of the load balancer.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class PoolMembers(
    OpenStackApi api, BalancerPools pools, BalancerChanges changes, Guid? subnet, TimeProvider timeProvider)
{
    private const string Call = "list the pool's members";

    /// <summary>Every member of a pool that is not going.</summary>
    /// <exception cref="CloudException">The pool is gone, or the list cannot be had.</exception>
    public async Task<PoolMember[]> ListAsync(TrafficScope scope, BalancerPool pool, CancellationToken cancellationToken)
    {
        var rows = await BalancerPages.ReadAsync(
            async (place, cancellation) =>
                await api.FindAsync(OpenStackService.LoadBalancer, Call, place, cancellation) ?? throw Gone(scope, pool),
            pool.Members, "members", timeProvider, cancellationToken);
        return [.. rows.Select(PoolMember.Read).OfType<PoolMember>()];
    }

    /// <summary>Makes a member. An address has room for one in a pool: where it is there already, that is the member of the mark.</summary>
    /// <exception cref="CloudException">Its address is another member's, or it is refused.</exception>
    public async Task AddAsync(
        TrafficScope scope, BalancerPool pool, string mark, IPEndPoint address, CancellationToken cancellationToken)
    {
        var body = new JsonBody()
            .Add("name", mark)
            .Add("address", address.Address.ToString())
            .Add("protocol_port", address.Port)
            .Add("weight", 1)
            .Add("admin_state_up", true);
        if (subnet is { } id)
        {
            body.Add("subnet_id", id.ToString("D"));
        }

        var answer = await changes.MakeAsync(
            pool, HttpMethod.Post, $"add {address} to pool {pool.Name}", pool.Members, Write(body), cancellationToken);
        if (!answer.IsGood)
        {
            throw answer.Status is HttpStatusCode.NotFound ? Gone(scope, pool)
                : IsTaken(answer) ? await TakenAsync(scope, pool, mark, address, cancellationToken)
                : OpenStackErrors.Translate(answer);
        }
    }

    /// <summary>Has a member get traffic, or nothing new.</summary>
    /// <returns>False where it is not there any more.</returns>
    public async Task<bool> WeighAsync(BalancerPool pool, PoolMember member, int weight, CancellationToken cancellationToken)
    {
        var body = new JsonBody().Add("weight", weight);
        if (weight > 0)
        {
            body.Add("admin_state_up", true);
        }

        var answer = await changes.MakeAsync(
            pool, HttpMethod.Put, $"set the weight of member {member.Id:D} of pool {pool.Name} to {weight}",
            $"{pool.Members}/{member.Id:D}", Write(body), cancellationToken);
        return answer.IsGood || (answer.Status is HttpStatusCode.NotFound ? false : throw OpenStackErrors.Translate(answer));
    }

    /// <summary>Removes a member; one that is not there is a success.</summary>
    public async Task RemoveAsync(BalancerPool pool, Guid member, CancellationToken cancellationToken)
    {
        var answer = await changes.MakeAsync(
            pool, HttpMethod.Delete, $"remove member {member:D} from pool {pool.Name}", $"{pool.Members}/{member:D}", body: null,
            cancellationToken);
        if (!answer.IsGood && answer.Status is not HttpStatusCode.NotFound)
        {
            throw OpenStackErrors.Translate(answer);
        }
    }

    private static bool IsTaken(HttpAnswer answer) => answer.Status is HttpStatusCode.Conflict
        && ApiFault.Read(answer)?.Message.Contains("already using", StringComparison.OrdinalIgnoreCase) is true;

    private async Task<CloudException> TakenAsync(
        TrafficScope scope, BalancerPool pool, string mark, IPEndPoint address, CancellationToken cancellationToken)
    {
        var holder = (await ListAsync(scope, pool, cancellationToken)).FirstOrDefault(member => member.IsAt(address));
        return holder is null || holder.Name == mark || MemberMark.IsAny(holder.Name)
            // One of Muster's whose instance is gone leaves within a few looks, unless its group is gone, too. Ours is found by the next
            // look.
            ? new(
                CloudErrorKind.Unavailable,
                $"pool {pool.Name} still has {address} as another member"
                + (holder is null || holder.Name == mark
                    ? ""
                    : $" of Muster's, {holder.Id:D}; if it stays, its group is gone: openstack loadbalancer member delete "
                        + $"{pool.Id:D} {holder.Id:D} makes room"))
            : new(
                CloudErrorKind.InvalidRequest,
                $"pool {pool.Name} has {address} already, as member {holder.Id:D} ('{ForeignText.Shown(holder.Name)}'), which Muster did "
                + $"not make and leaves alone: openstack loadbalancer member delete {pool.Id:D} {holder.Id:D} makes room");
    }

    private CloudException Gone(TrafficScope scope, BalancerPool pool)
    {
        pools.Forget(scope);
        return new(CloudErrorKind.NotFound, $"pool {pool.Name} ({pool.Id:D}) is gone: openstack loadbalancer pool list");
    }

    private static byte[] Write(JsonBody member) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["member"] = member.Object }.ToJsonString());
}
