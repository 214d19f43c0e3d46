using System.Net;
using System.Text.Json.Nodes;

namespace Muster.Traffic.Tests.Support;

/// <summary>The nodes of a Nomad, over its published HTTP API: their drains end when a test says so.</summary>
internal sealed class NomadNodes : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonObject> _nodes = [];
    private readonly Dictionary<string, int> _allocations = [];
    private readonly List<string> _calls = [];
    private int _index;
    private readonly HttpSite _site;

    public NomadNodes() => _site = new(Answer);

    public string Url => _site.Url;

    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    public void Add(string id, string address, int allocations = 0, (string Name, string Value)? meta = null)
    {
        lock (_gate)
        {
            _allocations[id] = allocations;
            _nodes[id] = new()
            {
                ["ID"] = id, ["Name"] = id, ["Address"] = address, ["Status"] = "ready", ["Drain"] = false,
                ["SchedulingEligibility"] = "eligible",
                ["Meta"] = meta is { } one ? new JsonObject { [one.Name] = one.Value } : new JsonObject(),
                ["LastDrain"] = null, ["ModifyIndex"] = ++_index, ["Events"] = new JsonArray(),
            };
        }
    }

    public JsonObject Of(string id)
    {
        lock (_gate)
        {
            return (JsonObject)_nodes[id].DeepClone();
        }
    }

    public void Set(string id, string field, JsonNode value)
    {
        lock (_gate)
        {
            _nodes[id][field] = value;
            _nodes[id]["ModifyIndex"] = ++_index;
        }
    }

    /// <summary>The last allocation has left.</summary>
    public void Complete(string id)
    {
        lock (_gate)
        {
            _allocations[id] = 0;
            _nodes[id]["Drain"] = false;
        }
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private (int Status, string Body) Answer(HttpListenerRequest request, string body)
    {
        lock (_gate)
        {
            var parts = request.Url!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
            switch (request.HttpMethod, parts)
            {
                case ("GET", ["v1", "nodes"]):
                    return (200, new JsonArray([.. _nodes.Values.Select(Stub)]).ToJsonString());
                case ("GET", ["v1", "node", var id]) when _nodes.TryGetValue(id, out var node):
                    return (200, node.ToJsonString());
                case ("GET", ["v1", "node", var id, "allocations"]) when _nodes.ContainsKey(id):
                    return (200, new JsonArray([.. Enumerable.Range(0, _allocations[id]).Select(_ => new JsonObject
                    {
                        ["ClientStatus"] = "running", ["Job"] = new JsonObject { ["Type"] = "service" },
                    })]).ToJsonString());
                case ("POST", ["v1", "node", var id, "drain"]) when _nodes.TryGetValue(id, out var node):
                    var asked = (JsonObject)JsonNode.Parse(body)!;
                    _calls.Add($"drain {id} {asked["DrainSpec"]?.ToJsonString() ?? "none"}");
                    var begins = asked["DrainSpec"] is not null;
                    node["Drain"] = begins && _allocations[id] > 0;
                    node["SchedulingEligibility"] = begins ? "ineligible" : (bool)asked["MarkEligible"]! ? "eligible" : "ineligible";
                    if (begins)
                    {
                        node["LastDrain"] = new JsonObject { ["Meta"] = asked["Meta"]?.DeepClone() };
                    }

                    return (200, "{}");
                case ("POST", ["v1", "node", var id, "eligibility"]) when _nodes.TryGetValue(id, out var node):
                    node["SchedulingEligibility"] = (string)JsonNode.Parse(body)!["Eligibility"]!;
                    _calls.Add($"eligibility {id} {node["SchedulingEligibility"]}");
                    return (200, "{}");
                default:
                    return (404, "node not found");
            }
        }
    }

    // A list tells no metadata.
    private static JsonObject Stub(JsonObject node)
    {
        var stub = (JsonObject)node.DeepClone();
        stub.Remove("Meta");
        return stub;
    }
}
