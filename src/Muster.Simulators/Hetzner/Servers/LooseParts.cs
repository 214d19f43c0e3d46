using System.Collections.Concurrent;
using System.Text.Json.Nodes;

using Muster.Simulators.Hetzner.Requests;

namespace Muster.Simulators.Hetzner.Servers;

/// <summary>Primary IPs and volumes that were not made with a server. Safe to share.</summary>
public sealed class LooseParts
{
    private readonly ConcurrentDictionary<(string List, long Id), Part> _parts = new();
    private static readonly DateTimeOffset LongAgo = new(2024, 11, 1, 10, 0, 0, TimeSpan.Zero);

    private long _lastId = 7_000;

    /// <summary>How many there are.</summary>
    public int Count => _parts.Count;

    /// <summary>Adds one.</summary>
    /// <param name="list"><c>primary_ips</c> or <c>volumes</c>.</param>
    /// <param name="name">Its name.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="server">The server that it belongs to; null for none.</param>
    /// <param name="created">When it was made; null for long ago.</param>
    /// <returns>Its id.</returns>
    public long Add(
        string list, string name, IReadOnlyDictionary<string, string> labels, long? server = null, DateTimeOffset? created = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        _parts[(list, id)] = new(name, labels, server, created ?? LongAgo);
        return id;
    }

    internal bool Remove(string list, long id) => _parts.TryRemove((list, id), out _);

    internal List<(JsonObject Json, IReadOnlyDictionary<string, string> Labels)> List(string list, bool showsDatacenter) =>
    [
        .. _parts.Where(part => part.Key.List == list).OrderBy(part => part.Key.Id)
            .Select(part => (
                Shown(list, part.Key.Id, part.Value, showsDatacenter), part.Value.Labels)),
    ];

    private static JsonObject Shown(string list, long id, Part part, bool showsDatacenter)
    {
        var (name, labels, server, created) = part;
        var json = new JsonObject
        {
            ["id"] = id, ["name"] = name, ["labels"] = Labels.Write(labels), ["created"] = Moment.Text(created),
            ["protection"] = new JsonObject { ["delete"] = false }, ["location"] = Catalogue.Locations[0],
        };
        if (list == "volumes")
        {
            (json["server"], json["size"], json["format"], json["status"]) = (server, 10, "ext4", "available");
            json["linux_device"] = $"/dev/disk/by-id/scsi-0HC_Volume_{id}";
            return json;
        }

        (json["ip"], json["type"], json["blocked"], json["auto_delete"]) = ("203.0.113.7", "ipv4", false, false);
        (json["dns_ptr"], json["assignee_type"], json["assignee_id"]) = (new JsonArray(), "server", server);
        if (showsDatacenter)
        {
            json["datacenter"] = ServerJson.Datacenter("fsn1");
        }

        return json;
    }

    private sealed record Part(string Name, IReadOnlyDictionary<string, string> Labels, long? Server, DateTimeOffset Created);
}
