using System.Collections.Immutable;

using Muster.Clouds.Libvirt.Domains;
using Muster.Clouds.Libvirt.Native;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Libvirt;

/// <summary>
/// Volumes of launches whose domain is on no host: a crash came between the two, or somebody undefined the domain by hand.
/// </summary>
/// <param name="hosts">The hosts.</param>
internal sealed class LibvirtLeftovers(HostSet hosts)
{
    private const string Volume = "volume";

    /// <summary>All of them.</summary>
    public async Task<ImmutableArray<Leftover>> ListAsync(InstallationId installation, CancellationToken cancellationToken)
    {
        // Volumes first: what a launch under way makes has its domain when those are listed, or is younger than a launch takes.
        var volumes = await AllAsync((place, connection) => Volumes(place, connection, installation.Value), cancellationToken);
        var domains = (await AllAsync((_, connection) => connection.ListUuids(), cancellationToken)).SelectMany(all => all).ToHashSet();

        // A pool that several hosts share shows each volume once.
        return
        [
            .. volumes.SelectMany(all => all)
                .Where(one => !domains.Contains(one.Volume.Owner!.Value.Launch))
                .Select(one => new Leftover(Volume, Id(one.Place, one.Volume), one.Volume.Name, one.ChangedAt))
                .DistinctBy(one => one.Name)
                .OrderBy(one => one.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Removes one.</summary>
    public async Task RemoveAsync(Leftover leftover, CancellationToken cancellationToken)
    {
        if (leftover.Kind is not Volume)
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, $"kind is '{leftover.Kind}': {Volume}");
        }

        if (Find(leftover.Id) is not var (place, volume) || volume.Owner is not { } owner)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest, $"id is '{leftover.Id}': a volume of Muster's, as cloud leftovers lists it");
        }

        if (await hosts.FindAsync(owner.Launch, mustKnow: true, cancellationToken) is not null)
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, $"volume {volume} belongs to domain {owner.Launch} by now");
        }

        await place.Host.ChangeAsync(
            connection =>
            {
                connection.DeleteVolume(volume.Pool, volume.Name);
                return true;
            },
            cancellationToken);
    }

    private static List<(HostPlace Place, VolumeName Volume, DateTimeOffset? ChangedAt)> Volumes(
        HostPlace place, LibvirtConnection connection, Guid installation)
    {
        var found = new List<(HostPlace, VolumeName, DateTimeOffset?)>();
        foreach (var pool in connection.ListPools())
        {
            List<string> names;
            try
            {
                names = connection.ListVolumes(pool);
            }
            catch (LibvirtException error) when (error.Code is LibvirtCode.OperationInvalid or LibvirtCode.NoPool)
            {
                // One that does not run, or is gone: its volumes cannot be seen, and nobody can use them either.
                continue;
            }

            foreach (var name in names.Select(name => new VolumeName(pool, name)).Where(one => one.Owner?.Installation == installation))
            {
                if (connection.DescribeVolume(pool, name.Name) is { } description)
                {
                    found.Add((place, name, VolumeFacts.Read(description).ChangedAt));
                }
            }
        }

        return found;
    }

    private async Task<ImmutableArray<T>> AllAsync<T>(Func<HostPlace, LibvirtConnection, T> look, CancellationToken cancellationToken)
    {
        var seen = await hosts.LookAsync(look, cancellationToken);
        return seen.Select(one => one.Error).FirstOrDefault(error => error is not null) is { } error
            ? throw error
            : [.. seen.Select(one => one.Seen!)];
    }

    // zone/pool/volume, or pool/volume where the cloud is one host.
    private static string Id(HostPlace place, VolumeName volume) => place.Host.Zone is { } zone ? $"{zone}/{volume}" : volume.ToString();

    private (HostPlace Place, VolumeName Volume)? Find(string id)
    {
        var parts = id.Split('/');
        if (!hosts.HasZones)
        {
            return parts.Length == 2 ? (hosts.All[0], new(parts[0], parts[1])) : null;
        }

        return parts.Length == 3 && hosts.All.FirstOrDefault(place => place.Host.Zone == parts[0]) is { } there
            ? (there, new(parts[1], parts[2]))
            : null;
    }
}
