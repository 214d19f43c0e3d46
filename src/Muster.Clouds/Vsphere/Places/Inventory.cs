using System.Collections.Concurrent;

using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Vsphere.Places;

/// <summary>Finds what has a path in vCenter's inventory, and remembers it for a while. Safe to share.</summary>
internal sealed class Inventory(VsphereApi api, VsphereCloudOptions options)
{
    /// <summary>How long it is believed that a path leads where it led; what is gone meanwhile is told by its use.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (MoRef Target, long At)> _paths = new(StringComparer.Ordinal);

    private volatile MoRef? _folder;

    /// <summary>The data centre's path.</summary>
    public string Datacenter => options.Datacenter;

    /// <summary>The path of virtual machines' folders.</summary>
    public string VmPath => $"{options.Datacenter}/vm";

    /// <summary>The path of the installation's folder.</summary>
    public string FolderPath => $"{VmPath}/{options.Folder}";

    /// <summary>The installation's folder.</summary>
    /// <exception cref="CloudException">There is none, or it cannot be seen.</exception>
    public async Task<MoRef> FolderAsync(CancellationToken cancellationToken)
    {
        if (_folder is { } known)
        {
            return known;
        }

        var found = await AskAsync(FolderPath, cancellationToken);
        return _folder = found is { Type: "Folder" }
            ? found
            : throw new CloudException(
                CloudErrorKind.Unavailable,
                $"vsphere: there is no folder '{FolderPath}' that {ForeignText.Shown(options.User)} may see: make it in vCenter (VMs and "
                + "Templates), or correct datacenter and folder, and give the role of docs/clouds/vsphere.md on it");
    }

    /// <summary>The data centre.</summary>
    /// <exception cref="CloudException">There is none, or it cannot be seen.</exception>
    public async Task<MoRef> DatacenterAsync(CancellationToken cancellationToken) =>
        await FindAsync(options.Datacenter, cancellationToken) is { Type: "Datacenter" } found
            ? found
            : throw new CloudException(
                CloudErrorKind.Unavailable,
                $"vsphere: there is no data centre '{options.Datacenter}' that {ForeignText.Shown(options.User)} may see: correct "
                + "datacenter, or give the role of docs/clouds/vsphere.md on it");

    /// <summary>Where a path leads; null where nowhere, or where the user may not see it.</summary>
    public async Task<MoRef?> FindAsync(string path, CancellationToken cancellationToken)
    {
        if (_paths.TryGetValue(path, out var known) && api.Time.GetElapsedTime(known.At) < Believed)
        {
            return known.Target;
        }

        var found = await AskAsync(path, cancellationToken);
        if (found is not null)
        {
            _paths[path] = (found, api.Time.GetTimestamp());
        }

        return found;
    }

    /// <summary>What is of that name right in another object; null where nothing is.</summary>
    public async Task<MoRef?> ChildAsync(MoRef parent, string name, CancellationToken cancellationToken) => (await api.LookAsync(
        "FindChild",
        (await api.ContentAsync(cancellationToken)).SearchIndex,
        writer =>
        {
            writer.Ref("entity", parent);
            writer.Text("name", name);
        },
        cancellationToken)).RefOf("returnval");

    /// <summary>Forgets where paths lead.</summary>
    public void Forget()
    {
        _folder = null;
        _paths.Clear();
    }

    private async Task<MoRef?> AskAsync(string path, CancellationToken cancellationToken) => (await api.LookAsync(
        "FindByInventoryPath",
        (await api.ContentAsync(cancellationToken)).SearchIndex,
        writer => writer.Text("inventoryPath", path),
        cancellationToken)).RefOf("returnval");
}
