using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Proxmox.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Proxmox;

/// <summary>Looks at what a launch will need besides a template.</summary>
internal sealed class ProxmoxSteps(ProxmoxApi api)
{
    private const string Machines = "/vms", Pools = "/pool/";

    private static readonly ImmutableArray<string> OnMachines =
    [
        "VM.Allocate", "VM.Audit", "VM.Clone", "VM.Config.CPU", "VM.Config.Cloudinit", "VM.Config.Memory", "VM.Config.Network",
        "VM.Config.Options", "VM.PowerMgmt",
    ];

    /// <summary>The steps; the others only where the first is good.</summary>
    public async Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken)
    {
        string? version;
        try
        {
            version = await api.GetAsync("version", data => PveJson.Text(data, "version"), cancellationToken);
        }
        catch (CloudException refusal) when (refusal.Kind is CloudErrorKind.Unauthorized)
        {
            return [new("identity", IsGood: false, refusal.Message)];
        }

        return
        [
            new("identity", IsGood: true, $"token {api.Token.Id}, Proxmox VE {ForeignText.Shown(version ?? "of an unknown version")}"),
            await PermissionsAsync(cancellationToken),
            await NodesAsync(cancellationToken),
        ];
    }

    private async Task<CloudStep> PermissionsAsync(CancellationToken cancellationToken)
    {
        var rights = await api.GetAsync("access/permissions", Rights, cancellationToken);
        bool Has(string privilege, Predicate<string> where) => rights.Any(right => where(right.Path) && right.Privilege == privilege);
        bool IsBelow(string path, string start) => path.StartsWith(start, StringComparison.Ordinal);

        // What is given on a pool is given on its machines. Seeing them is needed before they are in it.
        var missing = OnMachines
            .Where(privilege => !Has(privilege, path => path is Machines or "/"
                || (privilege != "VM.Audit" && (IsBelow(path, Pools) || IsBelow(path, $"{Machines}/")))))
            .Select(privilege => $"{privilege} on {Machines}")
            .ToList();
        if (!Has("Datastore.AllocateSpace", path => path == "/" || IsBelow(path, "/storage") || IsBelow(path, Pools)))
        {
            missing.Add("Datastore.AllocateSpace on /storage/NAME");
        }

        return missing.Count == 0
            ? new("permissions", IsGood: true, "the token may list, clone, configure, start, stop and remove machines")
            : new(
                "permissions", IsGood: false,
                $"the token lacks {string.Join(", ", missing)}: add them to its role, and with privilege separation give the role to the "
                + "token as well as to its user (pveum acl modify PATH --tokens USER@REALM!ID --roles ROLE)");
    }

    private async Task<CloudStep> NodesAsync(CancellationToken cancellationToken)
    {
        var view = await api.GetAsync("cluster/resources?type=node", list => ClusterView.Read(list, date: null), cancellationToken);
        var offline = view.Nodes.Values.Where(node => !node.IsOnline).Select(node => node.Name).ToArray();
        return offline.Length == 0
            ? new("nodes", IsGood: true, $"nodes {NodePicker.Listed([.. view.Nodes.Keys])} are online")
            : new(
                "nodes", IsGood: offline.Length < view.Nodes.Count,
                $"{offline.Length} of {view.Nodes.Count} nodes are offline: {NodePicker.Listed(offline)}; their machines are unknown "
                + "until they are back");
    }

    private static ImmutableArray<(string Path, string Privilege)> Rights(JsonElement data)
    {
        if (data.ValueKind is not JsonValueKind.Object)
        {
            throw new JsonException($"an object is expected, and it is {data.ValueKind}");
        }

        return
        [
            .. from path in data.EnumerateObject()
               where path.Value.ValueKind is JsonValueKind.Object
               from privilege in path.Value.EnumerateObject()
               select (path.Name, privilege.Name),
        ];
    }
}
