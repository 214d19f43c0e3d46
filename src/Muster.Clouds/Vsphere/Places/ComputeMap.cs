using System.Collections.Immutable;

using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core;

namespace Muster.Clouds.Vsphere.Places;

/// <summary>The clusters of the data centre, and which hosts they have. They are the zones. Safe to share.</summary>
internal sealed class ComputeMap(VsphereApi api, Inventory inventory)
{
    private const int PageSize = 200;

    private const string Name = "name", Pool = "resourcePool", Hosts = "host";

    /// <summary>Hosts are moved between clusters by people, and seldom.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(10);

    private static readonly ImmutableArray<Traversal> Steps =
        [new("hosts", "Datacenter", "hostFolder", [PropertyQuery.Folders.Name]), PropertyQuery.Folders];

    private volatile Loaded? _loaded;

    private bool IsOld => _loaded is not { } loaded || api.Time.GetElapsedTime(loaded.At) >= Believed;

    /// <summary>All of them, in the order of their names.</summary>
    public async Task<ImmutableArray<Compute>> GetAsync(CancellationToken cancellationToken) =>
        (IsOld ? await LoadAsync(cancellationToken) : _loaded!).All;

    private async Task<Loaded> LoadAsync(CancellationToken cancellationToken)
    {
        var datacenter = await inventory.DatacenterAsync(cancellationToken);
        var found = await api.RetrieveAllAsync(
            new(datacenter, Steps, [("ComputeResource", [Name, Pool, Hosts])]), PageSize, cancellationToken);
        ImmutableArray<Compute> all =
        [
            .. from one in found
               let name = one.Text(Name)
               let pool = one.RefOf(Pool)
               where name is not null && pool is not null
               orderby name
               select new Compute(name, pool, one.Properties.TryGetValue(Hosts, out var hosts) ? [.. hosts.Refs] : []),
        ];
        return _loaded = new(
            all,
            all.SelectMany(one => one.Hosts.Select(host => KeyValuePair.Create(host, one.Name)))
                .DistinctBy(pair => pair.Key).ToImmutableDictionary(),
            api.Time.GetTimestamp());
    }

    /// <summary>The names that can be zones' names.</summary>
    public async Task<ImmutableArray<string>> ZonesAsync(CancellationToken cancellationToken) =>
    [
        .. (await GetAsync(cancellationToken)).Select(one => one.Name).Where(EntityName.IsValid).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The zone of a host, as far as is known; null where it is not.</summary>
    public string? ZoneOf(MoRef? host) =>
        host is not null && _loaded?.ByHost.GetValueOrDefault(host) is { } zone && EntityName.IsValid(zone) ? zone : null;

    /// <summary>What was loaded.</summary>
    /// <param name="All">The clusters.</param>
    /// <param name="ByHost">The cluster of each host.</param>
    /// <param name="At">When.</param>
    private sealed record Loaded(ImmutableArray<Compute> All, ImmutableDictionary<MoRef, string> ByHost, long At);
}
