using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Muster.Simulators.Gce.Machines;

/// <summary>An endpoint of a network endpoint group.</summary>
/// <param name="Instance">Its instance's name.</param>
/// <param name="Address">Where it takes traffic.</param>
/// <param name="Port">On which port.</param>
public sealed record GceEndpoint(string Instance, string Address, int Port)
{
    /// <summary>What its maker has written on it.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether it is detached, and listed while its connections drain.</summary>
    public bool IsDraining { get; init; }

    /// <summary>What the backend services say of it, one each; null for what its instance's state says.</summary>
    public ImmutableArray<string>? Healths { get; init; }

    /// <summary>Whether both go to the same place.</summary>
    internal bool IsSame(GceEndpoint other) => (Instance, Address, Port) == (other.Instance, other.Address, other.Port);

    internal JsonObject ToJson(string root, bool withHealth, bool isUp)
    {
        var endpoint = new JsonObject { ["instance"] = Instance, ["ipAddress"] = Address, ["port"] = Port };
        if (!Annotations.IsEmpty)
        {
            endpoint["annotations"] = new JsonObject(Annotations.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value)));
        }

        var json = new JsonObject { ["networkEndpoint"] = endpoint };
        var healths = Healths ?? [IsDraining ? "DRAINING" : isUp ? "HEALTHY" : "UNHEALTHY"];
        if (withHealth && healths.Length > 0)
        {
            json["healths"] = new JsonArray([.. healths.Select((state, i) => (JsonNode?)new JsonObject
            {
                ["backendService"] = new JsonObject { ["backendService"] = $"{root}/global/backendServices/service-{i}" },
                ["healthState"] = state,
            })]);
        }

        return json;
    }
}
