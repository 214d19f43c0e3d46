using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

using Muster.Clouds.OpenStack.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.OpenStack;

/// <summary>Looks at the project of the token: who it is, whether it may launch, and what is left of its limits.</summary>
internal sealed class ProjectSteps(OpenStackApi api)
{
    private const string Identity = "identity", Permissions = "permissions", Quota = "quota";

    /// <summary>A flavor that there is not.</summary>
    private const string NoFlavor = "muster-check-whether-a-launch-is-allowed";

    /// <summary>An image that there is not.</summary>
    private const string NoImage = "00000000-0000-4000-8000-000000000000";

    /// <inheritdoc cref="ISelfDescribingCloud.DescribeAsync"/>
    public async Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var token = await api.TokenAsync(cancellationToken);
            var who = new CloudStep(
                Identity, IsGood: true,
                $"{token.User ?? "a user"} in the project {token.Project ?? "of the token"}"
                + (token.Roles.IsEmpty ? "" : $" as {string.Join(", ", token.Roles.Order(StringComparer.Ordinal))}"));
            return [who, await PermissionsAsync(cancellationToken), .. await QuotaAsync(cancellationToken)];
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unauthorized)
        {
            CallPace.Survived(error);
            return [new(Identity, IsGood: false, error.Message)];
        }
    }

    /// <summary>Whether the user may look at pools of load balancers. A call, which asks for one pool.</summary>
    public async Task<CloudStep> BalancersAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await api.GetAsync(OpenStackService.LoadBalancer, "look at pools", "lbaas/pools?limit=1", cancellationToken);
            return answer.Find("pools") is { ValueKind: JsonValueKind.Array } pools
                ? new(
                    CloudStep.Balancers, IsGood: true,
                    $"the user may look at pools{(pools.GetArrayLength() == 0 ? ", of which the project has none yet" : "")}")
                : new(CloudStep.Balancers, IsGood: false, "the load balancer service answered without a list of pools: is it Octavia?");
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unauthorized)
        {
            CallPace.Survived(error);
            return new(
                CloudStep.Balancers, IsGood: false,
                $"the user may not look at pools: Octavia wants the role load-balancer_member beside member. {error.Message}");
        }
    }

    /// <summary>What is left of the project's limits; nothing where the token may not know.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="flavor">What a server would need; null for one of any size.</param>
    public async Task<ImmutableArray<CloudStep>> QuotaAsync(CancellationToken cancellationToken, JsonElement? flavor = null)
    {
        JsonElement? limits;
        try
        {
            limits = (await api.FindAsync(OpenStackService.Compute, "look up the limits", "limits", cancellationToken))
                ?.Find("limits")?.Find("absolute");
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unauthorized)
        {
            CallPace.Survived(error);
            return [];
        }

        if (limits is not { } found)
        {
            return [];
        }

        (string Name, long? Used, long? Max, long Needed)[] all =
        [
            ("instances", found.Number("totalInstancesUsed"), found.Number("maxTotalInstances"), 1),
            ("cores", found.Number("totalCoresUsed"), found.Number("maxTotalCores"), flavor?.Number("vcpus") ?? 1),
            ("MiB of memory", found.Number("totalRAMUsed"), found.Number("maxTotalRAMSize"), flavor?.Number("ram") ?? 1),
        ];
        var known = all.Where(one => one is { Used: not null, Max: >= 0 }).ToArray();
        var tooFew = known.Where(one => one.Used + one.Needed > one.Max).ToArray();
        var told = string.Join(", ", known.Select(
            one => string.Create(CultureInfo.InvariantCulture, $"{one.Used} of {one.Max} {one.Name}")));
        return known.Length == 0 ? [] :
        [
            new(
                Quota, tooFew.Length == 0,
                tooFew.Length == 0
                    ? $"{told} used"
                    : $"{told} used, too many {string.Join(" and ", tooFew.Select(one => one.Name))} for another server: delete some, or "
                        + "ask the cloud's operator for a higher quota"),
        ];
    }

    // The right is looked at before the flavor, so that a creation with a flavor that there is not makes nothing and tells whether it might
    // have: openstack/nova:nova/api/openstack/compute/servers.py. See docs/decisions/0282-whether-a-user-may-launch.md.
    private async Task<CloudStep> PermissionsAsync(CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(
            $$$"""{"server":{"name":"muster-check","flavorRef":"{{{NoFlavor}}}","imageRef":"{{{NoImage}}}","networks":"none"}}""");
        var answer = await api.SendAsync(
            OpenStackService.Compute, HttpMethod.Post, "try a launch that makes nothing", "servers", body, cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.BadRequest => new(Permissions, IsGood: true, "the user may list and launch servers"),
            HttpStatusCode.Forbidden => new(Permissions, IsGood: false, OpenStackErrors.Translate(answer).Message),
            _ when !answer.IsGood => throw OpenStackErrors.Translate(answer),
            _ => throw new CloudException(
                CloudErrorKind.Unavailable,
                "try a launch that makes nothing: a flavor that there is not was taken: is this a compute service?"),
        };
    }
}
