using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Proxmox.Wire;
using Muster.Core.Clouds;
using Muster.Core.Templates;
using Muster.Outbound;

namespace Muster.Clouds.Proxmox;

/// <summary>Asks the cluster whether what a template names is there, and goes together.</summary>
internal sealed class ProxmoxTemplateCheck(ProxmoxApi api)
{
    private const double Gib = 1024.0 * 1024 * 1024;

    /// <summary>Everything that is right and wrong with a template.</summary>
    /// <exception cref="CloudException">The cluster could not be asked.</exception>
    public async Task<TemplateCheck> MakeAsync(Template template, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reading = ProxmoxTemplates.Read(template);
        var findings = reading.Findings.ToBuilder();
        if (reading.Spec is { } spec)
        {
            var view = await api.LookAsync(cancellationToken);
            var sources = NodePicker.TemplatesOf(spec.Image, view);
            findings.Add(JudgeImage(spec, sources, view));
            JudgeNode(spec, sources, view, findings);
            JudgeStorage(spec, view, findings);
            await JudgePoolAsync(spec, findings, cancellationToken);
            await JudgeBridgesAsync(spec, sources, view, findings, cancellationToken);
        }

        return new(findings.ToImmutable());
    }

    private static TemplateFinding JudgeImage(MachineSpec spec, ImmutableArray<GuestRow> sources, ClusterView view)
    {
        if (sources.IsEmpty)
        {
            return new("image", IsGood: false, NodePicker.NoTemplate(spec.Image, view));
        }

        var told = string.Join(", ", sources.Select(source => string.Create(
            CultureInfo.InvariantCulture, $"{source.Vmid} on {source.Node}{(view.IsOnline(source.Node) ? "" : " (offline)")}")));
        return sources.Any(source => view.IsOnline(source.Node))
            ? new("image", IsGood: true, ForeignText.Shown($"template {sources[0].Name ?? spec.Image}: {told}"))
            : new("image", IsGood: false, $"image is '{spec.Image}': the node of that template is offline: {told}");
    }

    private static void JudgeNode(
        MachineSpec spec, ImmutableArray<GuestRow> sources, ClusterView view, ImmutableArray<TemplateFinding>.Builder findings)
    {
        if (spec.Node is { } node)
        {
            findings.Add(!view.Nodes.ContainsKey(node)
                ? new(
                    "options.node", IsGood: false,
                    $"options.node is '{node}': the nodes of the cluster are {NodePicker.Listed([.. view.Nodes.Keys])}")
                : !view.IsOnline(node)
                ? new("options.node", IsGood: false, $"options.node is '{node}': that node is offline")
                : new("options.node", IsGood: true, sources.IsEmpty || sources.Any(source => source.Node == node)
                    ? $"node {node} is online"
                    : $"node {node} is online; the template is not on it, which needs shared storage"));
        }
        else if (spec.Choice is NodeChoice.Memory && view.Nodes.Values.All(one => one.MemoryBytesMax is null or 0))
        {
            findings.Add(new(
                "options.choice", IsGood: true,
                "the token does not see the nodes' memory (Sys.Audit on /nodes): the node with the fewest machines is chosen"));
        }
    }

    private static void JudgeStorage(MachineSpec spec, ClusterView view, ImmutableArray<TemplateFinding>.Builder findings)
    {
        // Without Datastore.Audit none is seen, and the cluster judges at the launch.
        if (spec.Storage is not { } storage || view.Storages.IsEmpty)
        {
            return;
        }

        var known = view.Storages.Where(HoldsDisks).Select(row => row.Name).Distinct().Order(StringComparer.Ordinal);
        var rows = view.Storages.Where(row => row.Name == storage && (spec.Node is null || row.Node == spec.Node)).ToArray();
        findings.Add(rows.Length == 0
            ? new(
                "options.storage", IsGood: false,
                $"options.storage is '{storage}': {(spec.Node is null ? "no such storage" : $"node {spec.Node} has no such storage")}; "
                + $"for disks there are {NodePicker.Listed([.. known])}")
            : !rows.Any(HoldsDisks)
            ? new(
                "options.storage", IsGood: false,
                $"options.storage is '{storage}': that storage holds {string.Join(", ", rows[0].Content)}, and no disks (images)")
            : new("options.storage", IsGood: true, rows.Max(row => row.BytesFree) is { } free
                ? string.Create(CultureInfo.InvariantCulture, $"storage {storage}, {free / Gib:0.#} GiB free")
                : $"storage {storage}"));
    }

    private async Task JudgePoolAsync(
        MachineSpec spec, ImmutableArray<TemplateFinding>.Builder findings, CancellationToken cancellationToken)
    {
        if (spec.Pool is not { } pool)
        {
            return;
        }

        var pools = await api.GetAsync(
            "pools", list => PveJson.Rows(list).Select(row => PveJson.Text(row, "poolid")).OfType<string>().ToArray(), cancellationToken);
        findings.Add(pools.Contains(pool)
            ? new("options.pool", IsGood: true, $"pool {pool} is there")
            : new(
                "options.pool", IsGood: false,
                $"options.pool is '{pool}': no such pool, or the token lacks Pool.Audit on /pool/{pool}; it sees "
                + (pools.Length == 0 ? "none" : NodePicker.Listed(pools))));
    }

    private async Task JudgeBridgesAsync(
        MachineSpec spec, ImmutableArray<GuestRow> sources, ClusterView view, ImmutableArray<TemplateFinding>.Builder findings,
        CancellationToken cancellationToken)
    {
        var node = spec.Node ?? sources.FirstOrDefault(source => view.IsOnline(source.Node))?.Node;
        if (spec.Bridges.IsEmpty || node is null || !view.IsOnline(node))
        {
            return;
        }

        var known = await api.GetAsync(
            $"nodes/{ProxmoxApi.Escape(node)}/network?type=any_bridge",
            list => PveJson.Rows(list).Select(row => PveJson.Text(row, "iface")).OfType<string>().ToArray(), cancellationToken);
        // Bridges that the token may not see are not told, so that an empty list says nothing.
        foreach (var bridge in spec.Bridges.Distinct().Where(_ => known.Length > 0))
        {
            findings.Add(known.Contains(bridge)
                ? new("network", IsGood: true, $"bridge {bridge} is on {node}")
                : new(
                    "network", IsGood: false,
                    $"network is '{bridge}': node {node} has no such bridge; it has {NodePicker.Listed(known)}"));
        }
    }

    private static bool HoldsDisks(StorageRow row) => row.Content.Contains("images");
}
