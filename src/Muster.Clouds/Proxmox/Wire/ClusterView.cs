using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Proxmox.Marks;

namespace Muster.Clouds.Proxmox.Wire;

/// <summary>Everything that <c>/cluster/resources</c> tells in one answer.</summary>
internal sealed record ClusterView
{
    /// <summary>Machines, templates and containers.</summary>
    public required ImmutableArray<GuestRow> Guests { get; init; }

    /// <summary>Guests that cannot be read.</summary>
    public required ImmutableArray<OddElement> Odd { get; init; }

    /// <summary>The nodes, by name.</summary>
    public required ImmutableSortedDictionary<string, NodeRow> Nodes { get; init; }

    /// <summary>The storages that the token may see, one for each node that has them.</summary>
    public required ImmutableArray<StorageRow> Storages { get; init; }

    /// <summary>The cluster's time when it was told; null where it does not say.</summary>
    public required DateTimeOffset? Date { get; init; }

    /// <summary>Whether a node is there and seen by the others.</summary>
    public bool IsOnline(string node) => Nodes.TryGetValue(node, out var row) && row.IsOnline;

    /// <summary>The guest of that number; null where there is none.</summary>
    public GuestRow? Find(int vmid) => Guests.FirstOrDefault(guest => guest.Vmid == vmid);

    /// <summary>Reads the list.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ClusterView Read(JsonElement list, DateTimeOffset? date)
    {
        var guests = ImmutableArray.CreateBuilder<GuestRow>();
        var odd = ImmutableArray.CreateBuilder<OddElement>();
        var nodes = ImmutableSortedDictionary.CreateBuilder<string, NodeRow>(StringComparer.Ordinal);
        var storages = ImmutableArray.CreateBuilder<StorageRow>();
        foreach (var element in PveJson.Rows(list))
        {
            switch (PveJson.Text(element, "type"))
            {
                case "node" when PveJson.Text(element, "node") is { Length: > 0 } name:
                    nodes[name] = new(
                        name, PveJson.Text(element, "status") is "online", PveJson.Number(element, "maxmem"),
                        PveJson.Number(element, "mem"));
                    break;
                case "storage" when PveJson.Text(element, "storage") is { Length: > 0 } storage:
                    storages.Add(new(
                        storage, PveJson.Text(element, "node") ?? "", PveJson.IsTrue(element, "shared"),
                        [.. (PveJson.Text(element, "content") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)],
                        PveJson.Number(element, "maxdisk") - PveJson.Number(element, "disk")));
                    break;
                case "qemu" or "lxc" or null:
                    if (Guest(element) is var (guest, why) && guest is not null)
                    {
                        guests.Add(guest);
                    }
                    else
                    {
                        odd.Add(new(element.Clone(), why!));
                    }

                    break;
                default:
                    // Pools, networks, and what later versions add.
                    break;
            }
        }

        return new()
        {
            Guests = guests.ToImmutable(),
            Odd = odd.ToImmutable(),
            Nodes = nodes.ToImmutable(),
            Storages = storages.ToImmutable(),
            Date = date,
        };
    }

    private static (GuestRow? Guest, string? Why) Guest(JsonElement element)
    {
        if (PveJson.Text(element, "type") is not { } type)
        {
            return (null, "type is missing");
        }

        if (PveJson.Number(element, "vmid") is not (>= VmidRange.Min and <= VmidRange.Max and var vmid))
        {
            return (null, "vmid is no number of a machine");
        }

        if (PveJson.Text(element, "node") is not { Length: > 0 } node)
        {
            return (null, "node is missing");
        }

        return JsonTexts.Field(element, "tags") is { ValueKind: not (JsonValueKind.String or JsonValueKind.Null) }
            ? (null, "tags are no text")
            : (new()
            {
                Vmid = (int)vmid,
                Node = node,
                IsMachine = type == "qemu",
                IsTemplate = PveJson.IsTrue(element, "template"),
                Name = PveJson.Text(element, "name"),
                Status = PveJson.Text(element, "status"),
                Lock = PveJson.Text(element, "lock"),
                Pool = PveJson.Text(element, "pool"),
                HaState = PveJson.Text(element, "hastate"),
                MemoryBytesMax = PveJson.Number(element, "maxmem") ?? 0,
                Tags = ProxmoxTags.Read(PveJson.Text(element, "tags")),
            }, null);
    }
}
