using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Azure.Identity;
using Muster.Simulators.Azure.Machines;
using Muster.Simulators.Azure.Requests;
using Muster.Simulators.Azure.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Azure;

/// <summary>An Azure Resource Manager with one subscription and one resource group, and the desk that gives tokens for it.</summary>
internal sealed class AzureServer(AzureSimulatorOptions options, VmPark park, TimeProvider timeProvider)
    : WireServer<CallerOfAzure>(options, park, timeProvider)
{
    /// <summary>Rows of one page; nobody says how many the real one has.</summary>
    private const int PageMax = 200;

    private static readonly string[] Queries = ["api-version", "$expand", "$filter", "$top", "$orderby", "$skiptoken", "statusOnly"];

    private readonly RateLimits _limits = new(options, timeProvider);
    private readonly VmOrders _orders = new(options, park, timeProvider);
    private readonly ConcurrentDictionary<string, (string Key, Guid VmId, bool IsDeletion)> _operations = new(StringComparer.Ordinal);

    /// <summary>Who gives tokens.</summary>
    public TokenDesk Desk { get; } = new(options, timeProvider, park.NewGuid);

    /// <summary>The subscription.</summary>
    public string Subscription { get; } = (options.Subscription ?? park.NewGuid()).ToString();

    /// <summary>The resource group's name.</summary>
    public const string Group = "muster";

    private string SubscriptionScope => $"/subscriptions/{Subscription}";

    private string GroupScope => $"{SubscriptionScope}/resourceGroups/{Group}";

    protected override CallerOfAzure Admit(HttpRequest request)
    {
        var path = request.Path.Value!;
        if (path.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal))
        {
            return new(path, AsksForToken: true);
        }

        Desk.Check(request.Headers.Authorization.FirstOrDefault());
        var parts = path.Trim('/').Split('/');
        var isMachines = path.Contains("/Microsoft.Compute/virtualMachines", StringComparison.OrdinalIgnoreCase);
        request.HttpContext.Items["left"] = _limits.Take(
            request.Method, isMachines, isList: parts[^1].Equals("virtualMachines", StringComparison.OrdinalIgnoreCase));
        if (!request.Query.ContainsKey("api-version"))
        {
            throw new ArmRefusal(
                400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.");
        }

        if (request.Query.Keys.FirstOrDefault(key => !Queries.Contains(key)) is { } unknown)
        {
            throw new ArmRefusal(400, "InvalidParameter", $"The query parameter '{unknown}' is not known.", unknown);
        }

        return new(path, AsksForToken: false);
    }

    protected override Task<Reply> DoAsync(
        CallerOfAzure admitted, HttpRequest request, byte[] body, CancellationToken cancellationToken)
    {
        var own = new Uri($"{request.Scheme}://{request.Host}/");
        return Task.FromResult(admitted.AsksForToken
            ? Desk.Answer(request.Method, admitted.Path, Encoding.UTF8.GetString(body), own)
            : Route(request, admitted.Path, body, own));
    }

    protected override RefusedException TooLarge() =>
        new ArmRefusal(413, "RequestEntityTooLarge", "The request content size exceeds the maximum size of 4 MB.");

    protected override int BodyBytesMax => 4 * 1024 * 1024;

    protected override void Decorate(HttpContext context, Reply reply)
    {
        var headers = context.Response.Headers;
        headers.Date = (Time.GetUtcNow() + options.ClockSkew).ToString("r", CultureInfo.InvariantCulture);
        headers["x-ms-request-id"] = park.NewGuid().ToString();
        if (context.Items["left"] is ValueTuple<string, string> left)
        {
            headers[left.Item1] = left.Item2;
        }
    }

    protected override string CallOf(HttpRequest request)
    {
        var parts = request.Path.Value!.Trim('/').Split('/');
        var at = Array.FindIndex(parts, part => part.Equals("providers", StringComparison.OrdinalIgnoreCase));
        var what = parts is [.., "token"] ? "token"
            : at >= 0 && parts.Length > at + 2 ? string.Join('/', parts.Skip(at + 2).Where((_, index) => index % 2 == 0))
            : parts.Length > 2 ? parts[2] : parts[0];
        return $"{request.Method} {what}{(request.Query.ContainsKey("statusOnly") ? " statusOnly" : "")}";
    }

    private Reply Route(HttpRequest request, string path, byte[] body, Uri own)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not ["subscriptions", var subscription, ..] || !subscription.Equals(Subscription, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArmRefusal(404, "SubscriptionNotFound",
                $"The subscription '{(parts.Length > 1 ? parts[1] : "")}' could not be found.");
        }

        if (parts is [_, _, _, var group, ..] && parts[2].Equals("resourceGroups", StringComparison.OrdinalIgnoreCase)
            && !group.Equals(Group, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArmRefusal(404, "ResourceGroupNotFound", $"Resource group '{group}' could not be found.");
        }

        return parts[2..] switch
        {
            [] => new(200, new JsonObject
            {
                ["id"] = SubscriptionScope, ["subscriptionId"] = Subscription, ["displayName"] = "Simulated",
                ["state"] = options.SubscriptionState,
            }),
            ["locations"] => new(200, Locations()),
            ["resourceGroups", _] => new(200, new JsonObject
            {
                ["id"] = GroupScope, ["name"] = Group, ["location"] = Catalogue.Location,
                ["properties"] = new JsonObject { ["provisioningState"] = "Succeeded" },
            }),
            ["providers", "Microsoft.Compute", "virtualMachines"] => List(request, SubscriptionScope, own),
            ["providers", "Microsoft.Compute", "skus"] => new(200, new JsonObject { ["value"] = Catalogue.Skus() }),
            ["providers", "Microsoft.Compute", "locations", Catalogue.Location, .. var below] => InLocation(below),
            ["resourceGroups", _, "providers", "Microsoft.Compute", "virtualMachines"] => List(request, GroupScope, own),
            ["resourceGroups", _, "providers", "Microsoft.Compute", "virtualMachines", var name] => Machine(request, name, body, own),
            ["resourceGroups", _, "providers", "Microsoft.Compute", "virtualMachines", var name, ("start" or "deallocate") and var order] =>
                Power(request, name, order, own),
            ["resourceGroups", _, "providers", "Microsoft.Compute", "virtualMachines", var name, "providers", .. var extension]
                when extension is ["Microsoft.Resources", "tags", "default"] => Tags(request, name, body),
            ["resourceGroups", _, "providers", "Microsoft.Authorization", "permissions"] => new(200, Permissions()),
            ["resourceGroups", _, "providers", "Microsoft.Authorization", "locks"] => new(200, Locks()),
            ["resourceGroups", _, "providers", var provider, var kind] => Parts($"{provider}/{kind}"),
            ["resourceGroups", _, "providers", "Microsoft.Network", "virtualNetworks", "net", "subnets", "default"] or
            ["resourceGroups", _, "providers", "Microsoft.Network", "loadBalancers", "web-lb", "backendAddressPools", "web"] or
            ["resourceGroups", _, "providers", "Microsoft.Network", "networkSecurityGroups", Catalogue.SecurityGroup] =>
                new(200, new JsonObject { ["id"] = path, ["name"] = parts[^1] }),
            ["resourceGroups", _, "providers", _, _, _] when park.FindPart(path) is { } part => Part(request, part),
            _ => throw NotFound(path),
        };
    }

    private static ArmRefusal NotFound(string path) => new(
        404, "ResourceNotFound",
        $"The Resource '{string.Join('/', path.Split('/').Skip(6))}' under resource group '{Group}' was not found.");

    private void Demand(string action)
    {
        if (!options.Actions.Any(allowed => allowed == "*" || allowed.Equals(action, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ArmRefusal(
                403, "AuthorizationFailed",
                $"The client '{Desk.Client}' does not have authorization to perform action '{action}' over scope '{GroupScope}'.");
        }
    }

    private Reply Machine(HttpRequest request, string name, byte[] body, Uri own)
    {
        var id = $"{GroupScope}/providers/Microsoft.Compute/virtualMachines/{name}";
        var key = VmPark.KeyOf(id);
        switch (request.Method)
        {
            case "GET":
                Demand("Microsoft.Compute/virtualMachines/read");
                var withView = request.Query["$expand"].FirstOrDefault() is "instanceView";
                return park.With(key, machine => new Reply(200, machine.ToJson(withView))) ?? throw NotFound(id);
            case "PUT":
                Demand("Microsoft.Compute/virtualMachines/write");
                return Put(request, id, name, Parse(body), own);
            case "DELETE":
                Demand("Microsoft.Compute/virtualMachines/delete");
                var known = park.With(key, machine => machine);
                if (known is null)
                {
                    return new(204);
                }

                if (park.Locks.Any(scope => VmPark.KeyOf(id).StartsWith(VmPark.KeyOf(scope), StringComparison.Ordinal)))
                {
                    throw new ArmRefusal(
                        409, "ScopeLocked",
                        $"The scope '{id}' cannot perform delete operation because following scope(s) are locked: '{id}'. "
                        + "Please remove the lock and try again.");
                }

                park.BeginDelete(known);
                return Begun(new(202), known, isDeletion: true, own);
            default:
                throw new ArmRefusal(405, "MethodNotAllowed", $"{request.Method} is not allowed");
        }
    }

    private Reply Tags(HttpRequest request, string name, byte[] body)
    {
        if (request.Method != "PATCH")
        {
            throw new ArmRefusal(405, "MethodNotAllowed", $"{request.Method} is not allowed");
        }

        Demand("Microsoft.Resources/tags/write");
        var id = $"{GroupScope}/providers/Microsoft.Compute/virtualMachines/{name}";
        var key = VmPark.KeyOf(id);
        var asked = Parse(body);
        var tags = asked["properties"]?["tags"] as JsonObject ?? [];
        VmOrders.CheckTags(tags);
        if (park.With(key, machine => machine) is null)
        {
            throw NotFound(id);
        }

        var operation = (string?)asked["operation"];
        if (operation is not ("Merge" or "Delete" or "Replace"))
        {
            throw new ArmRefusal(400, "InvalidRequestContent", "The operation must be Merge, Replace or Delete.");
        }

        park.Change(key, "tags", machine =>
        {
            var after = operation is "Replace" ? [] : (JsonObject)machine.Tags.DeepClone();
            foreach (var (tag, value) in tags)
            {
                // Names are one whatever their case.
                var there = after.Select(one => one.Key).FirstOrDefault(one => one.Equals(tag, StringComparison.OrdinalIgnoreCase));
                if (operation is not "Delete")
                {
                    after[there ?? tag] = value?.DeepClone();
                }
                else if (there is not null && (string?)after[there] == (string?)value)
                {
                    after.Remove(there);
                }
            }

            machine.Tags = after;
        });
        return new(200, new JsonObject
        {
            ["id"] = $"{id}/providers/Microsoft.Resources/tags/default", ["name"] = "default", ["type"] = "Microsoft.Resources/tags",
            ["properties"] = new JsonObject { ["tags"] = park.With(key, machine => (JsonObject)machine.Tags.DeepClone()) },
        });
    }

    private Reply Power(HttpRequest request, string name, string order, Uri own)
    {
        if (request.Method != "POST")
        {
            throw new ArmRefusal(405, "MethodNotAllowed", $"{request.Method} is not allowed");
        }

        Demand($"Microsoft.Compute/virtualMachines/{order}/action");
        var id = $"{GroupScope}/providers/Microsoft.Compute/virtualMachines/{name}";
        var machine = park.With(VmPark.KeyOf(id), one => one) ?? throw NotFound(id);
        if (machine.State is "Creating" or "Deleting")
        {
            throw new ArmRefusal(
                409, "OperationNotAllowed", $"Operation '{order}' is not allowed on VM '{name}' while it is {machine.State}.");
        }

        park.Switch(machine, isStart: order is "start");
        return Begun(new(202), machine, isDeletion: false, own);
    }

    private Reply Put(HttpRequest request, string id, string name, JsonObject body, Uri own)
    {
        var onlyNew = request.Headers.IfNoneMatch.FirstOrDefault() is "*";
        if (park.With(VmPark.KeyOf(id), machine => machine) is { } there)
        {
            if (onlyNew)
            {
                throw Taken(name);
            }

            // Without that header it is an update, as it is with the real one: whoever does so by mistake takes another's machine.
            park.Change(there.Id, "tags", machine => machine.Tags = (JsonObject)(body["tags"] ?? new JsonObject()).DeepClone());
            return new(200, there.ToJson());
        }

        var (machine, failure) = _orders.Make(id, GroupScope, name, body);
        // As an answer shows it, before anything goes on with it.
        var shown = machine.ToJson();
        return park.TryProvision(machine, failure) ? Begun(new(201, shown), machine, isDeletion: false, own) : throw Taken(name);
    }

    private static ArmRefusal Taken(string name) => new(
        412, "PreconditionFailed", $"The virtual machine '{name}' exists: the condition 'If-None-Match' with '*' is not met.");

    private Reply Begun(Reply reply, SimulatedVm machine, bool isDeletion, Uri own)
    {
        var operation = park.NewGuid().ToString();
        _operations[operation] = (machine.Id, machine.VmId, isDeletion);
        reply.Headers["Azure-AsyncOperation"] = new Uri(
            own, $"{SubscriptionScope}/providers/Microsoft.Compute/locations/{Catalogue.Location}/operations/{operation}"
            + "?api-version=2025-04-01")
            .ToString();
        reply.Headers["Retry-After"] = options.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return reply;
    }

    private Reply InLocation(string[] below) => below switch
    {
        ["operations", var id] when _operations.TryGetValue(id, out var operation) => Operation(id, operation),
        ["usages"] => new(200, new JsonObject
        {
            ["value"] = new JsonArray(Usage("cores", "Total Regional vCPUs", 2), Usage("virtualMachines", "Virtual Machines", 1)),
        }),
        ["publishers", var publisher, "artifacttypes", "vmimage", "offers", var offer, "skus", var sku, "versions", .. var version] =>
            Versions($"{publisher}:{offer}:{sku}", version),
        _ => throw NotFound(string.Join('/', below)),
    };

    private static Reply Versions(string image, string[] version)
    {
        if (!Catalogue.Image.StartsWith($"{image}:", StringComparison.OrdinalIgnoreCase) || version.Length > 1)
        {
            throw new ArmRefusal(404, "NotFound", $"Artifact: VMImage was not found: {image}.");
        }

        return new(200, Encoding.UTF8.GetBytes(version.Length == 0
            ? $$"""[{"location":"{{Catalogue.Location}}","name":"24.04.202411030"}]"""
            : $$"""{"location":"{{Catalogue.Location}}","name":"{{version[0]}}"}"""));
    }

    private Reply Operation(string id, (string Key, Guid VmId, bool IsDeletion) operation)
    {
        var machine = park.With(operation.Key, one => one.VmId == operation.VmId ? one : null);
        var status = operation.IsDeletion ? (machine is null ? "Succeeded" : "InProgress")
            : machine?.State switch
            {
                null or "Deleting" => "Canceled",
                "Creating" or "Starting" or "Deallocating" => "InProgress",
                "Failed" => "Failed",
                _ => "Succeeded",
            };
        var body = new JsonObject { ["name"] = id, ["status"] = status, ["startTime"] = Time.GetUtcNow().UtcDateTime.ToString("O") };
        if (status is "Failed")
        {
            body["error"] = ArmRefusal.Body(machine!.FailedCode!, Catalogue.WhyFailed(machine.FailedCode!))["error"]!.DeepClone();
        }

        var reply = new Reply(200, body);
        if (status is "InProgress")
        {
            reply.Headers["Retry-After"] = options.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        return reply;
    }

    private JsonObject Usage(string name, string shown, int each)
    {
        var limit = options.MachinesMax == int.MaxValue ? 10_000 : options.MachinesMax;
        return new()
        {
            ["unit"] = "Count", ["currentValue"] = park.All.Count * each, ["limit"] = limit * each,
            ["name"] = new JsonObject { ["value"] = name, ["localizedValue"] = shown },
        };
    }

    private Reply List(HttpRequest request, string scope, Uri own)
    {
        Demand("Microsoft.Compute/virtualMachines/read");
        if (request.Query["$expand"].Count > 0 && request.Query["$filter"].Count == 0)
        {
            throw new ArmRefusal(400, "InvalidParameter", "The value of parameter $expand is invalid: it is for lists of a scale set.",
                "$expand");
        }

        var isStatus = request.Query["statusOnly"].FirstOrDefault() is "true";
        if (isStatus && scope != SubscriptionScope)
        {
            throw new ArmRefusal(400, "InvalidParameter", "The query parameter 'statusOnly' is for a subscription.", "statusOnly");
        }

        var after = request.Query["$skiptoken"].FirstOrDefault() is { } token
            ? Encoding.UTF8.GetString(Convert.FromHexString(token))
            : null;
        var size = Math.Min(PageMax, options.PageMax);
        var rows = park.List(scope, after, size + 1, machine => isStatus ? machine.ToStatus() : machine.ToJson());
        var page = new JsonObject { ["value"] = new JsonArray([.. rows.Take(size).Select(row => row.Row)]) };
        if (rows.Count > size)
        {
            var next = Convert.ToHexString(Encoding.UTF8.GetBytes(rows[size - 1].Key));
            page["nextLink"] = new Uri(
                own, $"{request.Path}?api-version={request.Query["api-version"]}{(isStatus ? "&statusOnly=true" : "")}"
                + $"&$skiptoken={next}").ToString();
        }

        return new(200, page);
    }

    private Reply Parts(string type) => type is Catalogue.Disks or Catalogue.Interfaces or Catalogue.Addresses
        ? new(200, new JsonObject
        {
            ["value"] = new JsonArray([.. park.Parts.Where(part => part.Type == type).Select(part => part.ToJson())]),
        })
        : throw new ArmRefusal(404, "InvalidResourceType", $"The resource type '{type}' could not be found.");

    private Reply Part(HttpRequest request, SimulatedPart part)
    {
        if (request.Method == "GET")
        {
            return new(200, part.ToJson());
        }

        if (request.Method != "DELETE")
        {
            throw new ArmRefusal(405, "MethodNotAllowed", $"{request.Method} is not allowed");
        }

        if (part.Owner is not null)
        {
            throw new ArmRefusal(409, "OperationNotAllowed", $"{part.Id} is attached to {part.Owner}.");
        }

        park.RemovePart(part.Id);
        return new(202);
    }

    private static JsonObject Locations() => new()
    {
        ["value"] = new JsonArray(
            new JsonObject { ["name"] = "germanynorth" },
            new JsonObject
            {
                ["name"] = Catalogue.Location,
                ["availabilityZoneMappings"] = new JsonArray(
                [
                    .. Catalogue.Zones.Select(zone => new JsonObject
                    {
                        ["logicalZone"] = zone, ["physicalZone"] = $"{Catalogue.Location}-az{zone}",
                    }),
                ]),
            }),
    };

    private JsonObject Permissions() => new()
    {
        ["value"] = new JsonArray(new JsonObject
        {
            ["actions"] = new JsonArray([.. options.Actions.Select(action => (JsonNode?)action)]), ["notActions"] = new JsonArray(),
        }),
    };

    private JsonObject Locks() => new()
    {
        ["value"] = new JsonArray(
        [
            .. park.Locks.Select(scope => new JsonObject
            {
                ["id"] = $"{scope}/providers/Microsoft.Authorization/locks/kept", ["name"] = "kept",
                ["properties"] = new JsonObject { ["level"] = "CanNotDelete" },
            }),
        ]),
    };

    private static JsonObject Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject ?? throw new JsonException("an object is expected");
        }
        catch (JsonException error)
        {
            throw new ArmRefusal(400, "InvalidRequestContent",
                $"The request content was invalid and could not be deserialized: '{error.Message}'.");
        }
    }
}
