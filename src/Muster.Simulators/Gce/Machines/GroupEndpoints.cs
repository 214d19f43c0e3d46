using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Muster.Simulators.Gce.Requests;
using Muster.Simulators.Gce.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Gce.Machines;

/// <summary>What Compute Engine does with network endpoint groups in a zone.</summary>
internal sealed partial class GroupEndpoints(GceSimulatorOptions options, GcePark park, ListEndpoints lists)
{
    private const int EndpointsMax = 500;

    /// <summary>Makes a group.</summary>
    public Reply Insert(string root, string zone, byte[] body)
    {
        var asked = Shapes.Read(body, "NetworkEndpointGroup");
        var name = (string?)asked["name"] ?? "";
        if (!Name().IsMatch(name))
        {
            throw GceRefusal.Invalid("resource.name", name, "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'");
        }

        Require("create", zone, name);
        if (park.Groups.TypeOf(zone, name) is not null)
        {
            throw new GceRefusal(409, "alreadyExists", $"The resource '{PathOf(zone, name)}' already exists");
        }

        park.Groups.Add(zone, name, (string?)asked["networkEndpointType"] ?? "GCE_VM_IP_PORT");
        var operation = park.Begin(root, zone, "insert", $"{root}/zones/{zone}/networkEndpointGroups/{name}", park.NextNumber());
        operation.End();
        return new(200, operation.ToJson());
    }

    /// <summary>Shows one.</summary>
    public Reply Get(string root, string zone, string name)
    {
        Require("get", zone, name);
        return new(200, Find(root, zone, name));
    }

    /// <summary>Shows its endpoints.</summary>
    public Reply List(string root, string zone, string name, Func<string, string?> query, byte[] body)
    {
        Require("list", zone, name);
        Find(root, zone, name);
        var withHealth = body.Length > 0
            && (string?)Shapes.Read(body, "NetworkEndpointGroupsListEndpointsRequest")["healthStatus"] is "SHOW";
        var endpoints = park.Groups.EndpointsOf(zone, name)
            .OrderBy(KeyOf, StringComparer.Ordinal)
            .Where(endpoint => !endpoint.IsDraining || withHealth)
            .Select(endpoint => (KeyOf(endpoint), endpoint.ToJson(root, withHealth, IsUp(zone, endpoint.Instance))));
        return lists.Keyed(
            endpoints, "compute#networkEndpointGroupsListNetworkEndpoints",
            $"{root}/zones/{zone}/networkEndpointGroups/{name}/listNetworkEndpoints", query);
    }

    /// <summary>Attaches endpoints.</summary>
    public Reply Attach(string root, string zone, string name, byte[] body) =>
        Change(root, zone, name, "attachNetworkEndpoints", "NetworkEndpointGroupsAttachEndpointsRequest", body, (endpoints, end) =>
        {
            foreach (var (endpoint, i) in endpoints.Select((endpoint, i) => (endpoint, i)))
            {
                var addresses = park.With(GcePark.IdOf(zone, endpoint.Instance), AddressesOf)
                    ?? throw GceRefusal.NotFound($"projects/{options.Project}/zones/{zone}/instances/{endpoint.Instance}");
                if (!addresses.Contains(endpoint.Address))
                {
                    throw GceRefusal.Invalid(
                        $"resource.networkEndpoints[{i}].ipAddress", endpoint.Address,
                        $"Specified IP address does not belong to the instance {endpoint.Instance} in the subnetwork of the group.");
                }
            }

            ThrowIfStrict(zone, name, endpoints, isThere: true, "is already attached to the network endpoint group");
            end(() => park.Groups.Attach(zone, name, endpoints));
        });

    /// <summary>Detaches endpoints.</summary>
    public Reply Detach(string root, string zone, string name, byte[] body) =>
        Change(root, zone, name, "detachNetworkEndpoints", "NetworkEndpointGroupsDetachEndpointsRequest", body, (endpoints, end) =>
        {
            ThrowIfStrict(zone, name, endpoints, isThere: false, "is not in the network endpoint group");
            end(() =>
            {
                var draining = park.Groups.Detach(zone, name, endpoints);
                if (!draining.IsEmpty)
                {
                    park.After(options.EndpointDraining, () => park.Groups.Drained(zone, name, draining));
                }
            });
        });

    private Reply Change(
        string root, string zone, string name, string verb, string message, byte[] body,
        Action<ImmutableArray<GceEndpoint>, Action<Action>> change)
    {
        Require(verb, zone, name);
        if ((string?)Find(root, zone, name)["networkEndpointType"] != "GCE_VM_IP_PORT")
        {
            throw GceRefusal.Invalid("resource.networkEndpoints[0].port", null, "It cannot be set for endpoints of this type.");
        }

        var asked = Shapes.Read(body, message)["networkEndpoints"] as JsonArray ?? [];
        if (asked.Count is 0 or > EndpointsMax)
        {
            throw new GceRefusal(400, "invalid", "At least one network endpoint must be specified, and 500 at most.");
        }

        ImmutableArray<GceEndpoint> endpoints = [.. asked.Select((one, i) => Read((JsonObject)one!, i))];
        GceOperation? operation = null;
        change(endpoints, act =>
        {
            operation = park.Begin(root, zone, verb, $"{root}/zones/{zone}/networkEndpointGroups/{name}", park.NextNumber());
            var begun = operation;
            var obstacle = options.EndpointObstacle;
            park.After(park.Draw(options.EndpointChange), () =>
            {
                if (obstacle is null)
                {
                    act();
                }

                begun.End(obstacle);
            });
        });
        return new(200, operation!.ToJson());
    }

    private static GceEndpoint Read(JsonObject asked, int index)
    {
        var port = (int?)asked["port"] ?? 0;
        if (port is < 1 or > 65535)
        {
            throw GceRefusal.Invalid(
                $"resource.networkEndpoints[{index}].port", port.ToString(CultureInfo.InvariantCulture),
                "Must be greater than or equal to 1");
        }

        return new(((string?)asked["instance"] ?? "").Split('/')[^1], (string?)asked["ipAddress"] ?? "", port)
        {
            Annotations = (asked["annotations"] as JsonObject ?? [])
                .ToImmutableSortedDictionary(one => one.Key, one => (string)one.Value!, StringComparer.Ordinal),
        };
    }

    private void ThrowIfStrict(string zone, string name, ImmutableArray<GceEndpoint> endpoints, bool isThere, string why)
    {
        var there = park.Groups.EndpointsOf(zone, name).Where(one => !one.IsDraining).ToArray();
        if (options.EndpointsAreStrict && endpoints.FirstOrDefault(one => there.Any(one.IsSame) == isThere) is { } wrong)
        {
            throw new GceRefusal(
                400, "invalid", $"The network endpoint {wrong.Instance}, {wrong.Address}:{wrong.Port} {why} '{PathOf(zone, name)}'.");
        }
    }

    private JsonObject Find(string root, string zone, string name) =>
        park.Groups.Shown(root).FirstOrDefault(group => (group.Zone, group.Name) == (zone, name)).Json
        ?? throw GceRefusal.NotFound(PathOf(zone, name));

    private void Require(string verb, string zone, string name)
    {
        var permission = $"compute.networkEndpointGroups.{verb}";
        if (options.MissingPermissions.Contains(permission))
        {
            throw new GceRefusal(403, "forbidden", $"Required '{permission}' permission for '{PathOf(zone, name)}'");
        }
    }

    private string PathOf(string zone, string name) => $"projects/{options.Project}/zones/{zone}/networkEndpointGroups/{name}";

    private bool IsUp(string zone, string instance) =>
        park.With(GcePark.IdOf(zone, instance), machine => machine.State) is "RUNNING";

    private static List<string> AddressesOf(GceMachine machine) =>
    [
        .. (machine.Body["networkInterfaces"] as JsonArray ?? []).Select(one => (string?)one?["networkIP"]).OfType<string>(),
    ];

    private static string KeyOf(GceEndpoint endpoint) => $"{endpoint.Instance}/{endpoint.Address}:{endpoint.Port:D5}";

    [GeneratedRegex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex Name();
}
