using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Proxmox.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Proxmox;

/// <summary>Finds the template of a launch, and chooses the node of its machine. Safe to share.</summary>
internal sealed class NodePicker(TimeProvider timeProvider)
{
    /// <summary>Names of what there is that a refusal lists.</summary>
    private const int ListedMax = 12;

    /// <summary>What was put on a node so lately is not in its figures yet.</summary>
    private static readonly TimeSpan Unseen = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly List<(string Node, long Bytes, long At)> _recent = [];
    private int _turn;

    /// <summary>Chooses.</summary>
    /// <param name="spec">What is to be made.</param>
    /// <param name="zone">The node that is asked for; null where the spec says.</param>
    /// <param name="view">What there is.</param>
    /// <returns>The template to clone, and the node of the machine.</returns>
    /// <exception cref="CloudException">There is no such template or node, or it is down.</exception>
    public (GuestRow Source, string Node) Pick(MachineSpec spec, string? zone, ClusterView view)
    {
        if (zone is not null && !view.Nodes.ContainsKey(zone))
        {
            throw ZoneRefusal.Of(zone, Zones(view));
        }

        if (spec.Node is { } named && !view.Nodes.ContainsKey(named))
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"options.{ProxmoxDescription.Node.Name} is '{named}': the nodes of the cluster are {Listed([.. view.Nodes.Keys])}");
        }

        var all = TemplatesOf(spec.Image, view);
        var sources = all.Where(source => view.IsOnline(source.Node)).ToImmutableArray();
        if (sources.IsEmpty)
        {
            throw all.IsEmpty
                ? new CloudException(CloudErrorKind.InvalidRequest, NoTemplate(spec.Image, view))
                : new CloudException(
                    CloudErrorKind.OutOfStock,
                    $"image is '{spec.Image}': that template is on {Listed([.. all.Select(source => source.Node)])}, which is offline");
        }

        var wanted = zone ?? spec.Node;
        if (wanted is not null && !view.IsOnline(wanted))
        {
            throw new CloudException(CloudErrorKind.OutOfStock, $"node {wanted} is offline: nothing can be made there now");
        }

        var online = view.Nodes.Values.Where(node => node.IsOnline).Select(node => node.Name).ToArray();
        lock (_gate)
        {
            var chosen = wanted ?? spec.Choice switch
            {
                NodeChoice.RoundRobin => online[(int)((uint)_turn++ % online.Length)],
                NodeChoice.Memory => Freest_NeedsGate(online, view),
                _ => Freest_NeedsGate(sources.Select(source => source.Node).Distinct(), view),
            };
            var source = SourceFor_NeedsGate(chosen, sources, view);
            _recent.RemoveAll(one => timeProvider.GetElapsedTime(one.At) > Unseen);
            _recent.Add((chosen, spec.MemoryBytes ?? source.MemoryBytesMax, timeProvider.GetTimestamp()));
            return (source, chosen);
        }
    }

    /// <summary>The templates of that name or number.</summary>
    public static ImmutableArray<GuestRow> TemplatesOf(string image, ClusterView view) =>
    [
        .. view.Guests.Where(guest => guest is { IsMachine: true, IsTemplate: true } && IsNamed(guest, image)).OrderBy(guest => guest.Vmid),
    ];

    /// <summary>That there is no such template, and what there is.</summary>
    public static string NoTemplate(string image, ClusterView view)
    {
        var other = view.Guests.FirstOrDefault(guest => IsNamed(guest, image));
        var known = view.Guests.Where(guest => guest is { IsMachine: true, IsTemplate: true, Name: not null })
            .Select(guest => guest.Name!).Distinct().Order(StringComparer.Ordinal).ToArray();
        return other is { IsMachine: false } ? $"image is '{image}': {other.Vmid} is a container, and Muster clones virtual machines"
            : other is not null ? $"image is '{image}': machine {other.Vmid} on {other.Node} is no template: qm template {other.Vmid}"
            : known.Length == 0
            ? $"image is '{image}': the token sees no template at all; it needs VM.Audit and VM.Clone on them"
            : $"image is '{image}': no template of that name or vmid; there are {Listed(known)}";
    }

    /// <summary>The nodes that a launch may ask for.</summary>
    public static ImmutableArray<string> Zones(ClusterView view) => [.. view.Nodes.Keys.Where(EntityName.IsValid)];

    /// <summary>A list for a sentence.</summary>
    public static string Listed(IReadOnlyList<string> names) => ForeignText.Shown(
        names.Count <= ListedMax
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(ListedMax))} and {names.Count - ListedMax} more");

    // The node's own, which always works; another one's only where its disks are on shared storage.
    private GuestRow SourceFor_NeedsGate(string node, ImmutableArray<GuestRow> sources, ClusterView view) =>
        sources.FirstOrDefault(source => source.Node == node)
        ?? sources.First(source => source.Node == Freest_NeedsGate(sources.Select(one => one.Node).Distinct(), view));

    // Where a node's memory is not told, the fewest machines decide.
    private string Freest_NeedsGate(IEnumerable<string> nodes, ClusterView view) => nodes
        .Select(node => (
            Node: node,
            Free: view.Nodes[node] is { MemoryBytesMax: { } max, MemoryBytesUsed: { } used }
                ? max - used - _recent.Where(one => one.Node == node).Sum(one => one.Bytes)
                : long.MinValue,
            Machines: view.Guests.Count(guest => guest.Node == node)))
        .OrderByDescending(one => one.Free).ThenBy(one => one.Machines).ThenBy(one => one.Node, StringComparer.Ordinal)
        .First().Node;

    private static bool IsNamed(GuestRow guest, string image) =>
        guest.Name == image || guest.Vmid.ToString(System.Globalization.CultureInfo.InvariantCulture) == image;
}
