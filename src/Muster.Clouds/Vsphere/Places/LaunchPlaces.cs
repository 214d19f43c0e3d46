using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Templates;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Vsphere.Places;

/// <summary>Finds what a template names, at most once a minute each. Safe to share.</summary>
internal sealed class LaunchPlaces(VsphereApi api, Inventory inventory, ComputeMap compute) : IDisposable
{
    /// <summary>Names of what there is that a refusal lists.</summary>
    private const int ListedMax = 12;

    private const int PageSize = 1000, SourcesMax = 1000;

    private const string Name = "name", Devices = "config.hardware.device", Snapshot = "snapshot", Host = "runtime.host";
    private const string Key = "key", SwitchOf = "config.distributedVirtualSwitch", Uuid = "uuid";

    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);

    private static readonly ImmutableArray<string> AdapterTypes =
    [
        "VirtualVmxnet3", "VirtualVmxnet2", "VirtualVmxnet", "VirtualE1000", "VirtualE1000e", "VirtualPCNet32", "VirtualSriovEthernetCard",
        "VirtualVmxnet3Vrdma",
    ];

    private readonly SemaphoreSlim _gate = new(1);

    private readonly ConcurrentDictionary<string, (object Found, long At)> _found = new(StringComparer.Ordinal);

    /// <summary>Forgets all of it: something that was there is gone.</summary>
    public void Forget()
    {
        inventory.Forget();
        _found.Clear();
    }

    /// <summary>The folder that a template's clones go to.</summary>
    public async Task<MoRef> FolderAsync(VmSpec spec, CancellationToken cancellationToken)
    {
        var own = await inventory.FolderAsync(cancellationToken);
        if (spec.Folder is not { } below)
        {
            return own;
        }

        return await inventory.FindAsync($"{inventory.FolderPath}/{below}", cancellationToken) is { Type: "Folder" } found
            ? found
            : throw Refused($"options.folder is '{below}': there is no folder '{inventory.FolderPath}/{below}'");
    }

    /// <summary>All that a template's names lead to.</summary>
    /// <param name="spec">The template.</param>
    /// <param name="zone">The zone that was asked for; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.InvalidRequest"/>: one of them leads nowhere.</exception>
    public async Task<LaunchPlace> ResolveAsync(VmSpec spec, string? zone, CancellationToken cancellationToken)
    {
        // One at a time, so that a hundred launches of one template look once.
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var source = await SourceAsync(spec.Image, cancellationToken);
            var cluster = await ClusterAsync(spec, zone, source, cancellationToken);
            var networks = ImmutableArray.CreateBuilder<NetworkBacking>();
            foreach (var network in spec.Networks)
            {
                networks.Add(await NetworkAsync(network, cancellationToken));
            }

            return new()
            {
                Source = source.Ref,
                Folder = await FolderAsync(spec, cancellationToken),
                Pool = await PoolAsync(cluster, spec.ResourcePool, cancellationToken),
                Datastore = spec.Datastore is { } datastore ? await DatastoreAsync(datastore, cancellationToken) : null,
                Snapshot = spec.IsLinked ? SnapshotOf(spec, source) : null,
                Adapters = AdaptersOf(source),
                Networks = networks.ToImmutable(),
                Customization = spec.Customization is { } name ? await CustomizationAsync(name, cancellationToken) : null,
            };
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether each of a template's names leads somewhere.</summary>
    /// <exception cref="CloudException">vCenter could not be asked.</exception>
    public async Task<ImmutableArray<TemplateFinding>> CheckAsync(VmSpec spec, CancellationToken cancellationToken)
    {
        var findings = ImmutableArray.CreateBuilder<TemplateFinding>();
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var source = await TryAsync("image", $"'{spec.Image}' is there", () => SourceAsync(spec.Image, cancellationToken));
            if (source is not null)
            {
                if (spec.IsLinked)
                {
                    await TryAsync("options.clone", "the image has a snapshot", () => Task.FromResult(SnapshotOf(spec, source)));
                }

                var cluster = await TryAsync(
                    "options.cluster", spec.Cluster is null ? "the image's cluster is known" : $"'{spec.Cluster}' is there",
                    () => ClusterAsync(spec, zone: null, source, cancellationToken));
                if (cluster is not null && spec.ResourcePool is { } pool)
                {
                    await TryAsync("options.resource_pool", $"'{pool}' is there", () => PoolAsync(cluster, pool, cancellationToken));
                }
            }

            if (spec.Datastore is { } datastore)
            {
                await TryAsync("options.datastore", $"'{datastore}' is there", () => DatastoreAsync(datastore, cancellationToken));
            }

            foreach (var network in spec.Networks)
            {
                await TryAsync("network", $"'{network}' is there", () => NetworkAsync(network, cancellationToken));
            }

            if (spec.Folder is { } folder)
            {
                await TryAsync("options.folder", $"'{folder}' is there", () => FolderAsync(spec, cancellationToken));
            }

            if (spec.Customization is { } customization)
            {
                await TryAsync(
                    "options.customization", $"'{customization}' is there", () => CustomizationAsync(customization, cancellationToken));
            }
        }
        finally
        {
            _gate.Release();
        }

        return findings.ToImmutable();

        async Task<T?> TryAsync<T>(string field, string good, Func<Task<T>> find) where T : class
        {
            try
            {
                var found = await find();
                findings.Add(new(field, IsGood: true, $"{field}: {good}"));
                return found;
            }
            catch (CloudException refusal) when (refusal.Kind is CloudErrorKind.InvalidRequest)
            {
                findings.Add(new(field, IsGood: false, refusal.Message));
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private Task<ManagedObject> SourceAsync(string image, CancellationToken cancellationToken) => OnceAsync(
        $"image {image}",
        async () =>
        {
            var found = await inventory.FindAsync($"{inventory.VmPath}/{image}", cancellationToken);
            var machine = found is { Type: "VirtualMachine" } ? found
                : image.Contains('/', StringComparison.Ordinal) ? null
                : await ByNameAsync(image, cancellationToken);
            return machine is not null
                && await api.FindAsync(machine, [Name, Devices, Snapshot, Host], cancellationToken) is { } source
                    ? source
                    : throw Refused(
                        $"image is '{image}': data centre '{inventory.Datacenter}' has no virtual machine or template of that "
                        + $"{(image.Contains('/', StringComparison.Ordinal) ? "path" : "name")} that the user may see");
        });

    private async Task<MoRef?> ByNameAsync(string image, CancellationToken cancellationToken)
    {
        var root = await inventory.FindAsync(inventory.VmPath, cancellationToken);
        if (root is null)
        {
            return null;
        }

        var all = await api.RetrieveAllAsync(
            new(root, [PropertyQuery.Folders], [("VirtualMachine", [Name])]), PageSize, cancellationToken);
        var named = all.Where(one => one.Text(Name) == image).Take(SourcesMax).ToArray();
        return named.Length switch
        {
            0 => null,
            1 => named[0].Ref,
            _ => throw Refused(
                $"image is '{image}': {named.Length} virtual machines have that name; give the path below '{inventory.VmPath}', such as "
                + $"Templates/{image}"),
        };
    }

    private async Task<Compute> ClusterAsync(VmSpec spec, string? zone, ManagedObject source, CancellationToken cancellationToken)
    {
        if (zone is not null && spec.Cluster is { } other && other != zone)
        {
            throw Refused($"zone is '{zone}': the template's options.cluster is '{other}'; leave one of them out");
        }

        var all = await compute.GetAsync(cancellationToken);
        if (zone is not null)
        {
            return all.FirstOrDefault(one => one.Name == zone)
                ?? throw ZoneRefusal.Of(zone, await compute.ZonesAsync(cancellationToken));
        }

        if (spec.Cluster is { } wanted)
        {
            return all.FirstOrDefault(one => one.Name == wanted)
                ?? throw Refused($"options.cluster is '{wanted}': the data centre has {Listed(all.Select(one => one.Name))}");
        }

        var host = source.RefOf(Host);
        return all.FirstOrDefault(one => host is not null && one.Hosts.Contains(host))
            ?? (all.Length == 1 ? all[0] : throw Refused(
                $"options.cluster is missing: vCenter does not tell where the image is, and the data centre has "
                + Listed(all.Select(one => one.Name))));
    }

    private Task<MoRef> PoolAsync(Compute cluster, string? path, CancellationToken cancellationToken) => path is null
        ? Task.FromResult(cluster.Pool)
        : OnceAsync(
            $"pool {cluster.Pool.Value} {path}",
            async () =>
            {
                var pool = cluster.Pool;
                foreach (var part in path.Split('/'))
                {
                    pool = await inventory.ChildAsync(pool, part, cancellationToken) is { Type: "ResourcePool" } child
                        ? child
                        : throw Refused(
                            $"options.resource_pool is '{path}': there is no pool '{part}' in "
                            + (pool == cluster.Pool ? $"cluster '{cluster.Name}'" : "that pool"));
                }

                return pool;
            });

    private async Task<MoRef> DatastoreAsync(string datastore, CancellationToken cancellationToken) =>
        await inventory.FindAsync($"{inventory.Datacenter}/datastore/{datastore}", cancellationToken) switch
        {
            { Type: "Datastore" } found => found,
            { Type: "StoragePod" } => throw Refused($"options.datastore is '{datastore}': {VsphereDescription.NoPods}"),
            _ => throw Refused(
                $"options.datastore is '{datastore}': the data centre has "
                + Listed(await NamesAsync("datastore", "Datastore", cancellationToken))),
        };

    private Task<NetworkBacking> NetworkAsync(string network, CancellationToken cancellationToken) => OnceAsync(
        $"network {network}",
        async () => await inventory.FindAsync($"{inventory.Datacenter}/network/{network}", cancellationToken) switch
        {
            { Type: "Network" } found when await api.FindAsync(found, [Name], cancellationToken) is { } one =>
                new NetworkBacking(one.Text(Name) ?? network),
            { Type: "DistributedVirtualPortgroup" } found
                when await api.FindAsync(found, [Key, SwitchOf], cancellationToken) is { } group
                    && group.Text(Key) is { } key
                    && group.RefOf(SwitchOf) is { } of
                    && await api.FindAsync(of, [Uuid], cancellationToken) is { } one
                    && one.Text(Uuid) is { } uuid => new NetworkBacking(network, uuid, key),
            { Type: "OpaqueNetwork" } => throw Refused(
                $"network is '{network}': networks of NSX that vCenter tells as opaque are not known to Muster; name a port group"),
            _ => throw Refused(
                $"network is '{network}': the data centre has {Listed(await NamesAsync("network", "Network", cancellationToken))}"),
        });

    private Task<SoapNode> CustomizationAsync(string name, CancellationToken cancellationToken) => OnceAsync(
        $"customization {name}",
        async () =>
        {
            var manager = (await api.ContentAsync(cancellationToken)).CustomizationSpecManager
                ?? throw Refused($"options.customization is '{name}': this vCenter has no customization specifications");
            try
            {
                var answer = await api.LookAsync(
                    "GetCustomizationSpec", manager, writer => writer.Text("name", name), cancellationToken);
                return answer["returnval"]?["spec"]
                    ?? throw new CloudException(CloudErrorKind.Unavailable, "vsphere GetCustomizationSpec was answered without one");
            }
            catch (CloudException error) when (VsphereErrors.Is(error, "NotFound"))
            {
                throw Refused($"options.customization is '{name}': vCenter has no customization specification of that name");
            }
        });

    private static MoRef SnapshotOf(VmSpec spec, ManagedObject source) =>
        source.Properties.TryGetValue(Snapshot, out var tree) && tree.RefOf("currentSnapshot") is { } newest
            ? newest
            : throw Refused($"options.clone is 'linked': the image '{spec.Image}' has no snapshot to share disks with; take one of it");

    private static ImmutableArray<(string Key, string Type)> AdaptersOf(ManagedObject source) =>
        source.Properties.TryGetValue(Devices, out var devices)
            ?
            [
                .. from device in devices.Children
                   let key = device.TextOf("key")
                   where key is not null && device.Type is { } type && AdapterTypes.Contains(type)
                   select (key, device.Type!),
            ]
            : [];

    private async Task<IEnumerable<string>> NamesAsync(string folder, string type, CancellationToken cancellationToken)
    {
        var root = await inventory.FindAsync($"{inventory.Datacenter}/{folder}", cancellationToken);
        return root is null
            ? []
            : (await api.RetrieveAllAsync(new(root, [PropertyQuery.Folders], [(type, [Name])]), PageSize, cancellationToken))
                .Select(one => one.Text(Name)).OfType<string>();
    }

    private async Task<T> OnceAsync<T>(string what, Func<Task<T>> find) where T : class
    {
        if (_found.TryGetValue(what, out var known) && api.Time.GetElapsedTime(known.At) < Believed)
        {
            return (T)known.Found;
        }

        var found = await find();
        _found[what] = (found, api.Time.GetTimestamp());
        return found;
    }

    private static string Listed(IEnumerable<string> names)
    {
        var all = names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var shown = string.Join(", ", all.Take(ListedMax).Select(name => ForeignText.Shown(name)));
        return all.Length == 0 ? "none that the user may see"
            : all.Length > ListedMax ? $"{shown} and {all.Length - ListedMax} more"
            : shown;
    }

    private static CloudException Refused(string why) => new(CloudErrorKind.InvalidRequest, why);
}
