using System.Collections.Immutable;

using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Listings;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Gce.Machines;

/// <summary>
/// Disks that an instance left behind. They go with it unless somebody said otherwise meanwhile, or Google failed in between.
/// </summary>
internal sealed class GceDisks(GceApi api, TimeProvider timeProvider)
{
    /// <summary>What Google calls it.</summary>
    public const string Kind = "disk";

    private const string Call = "list disks";

    /// <summary>Those that belong to no instance.</summary>
    public async Task<ImmutableArray<Leftover>> ListAsync(InstallationId installation, CancellationToken cancellationToken)
    {
        var left = ImmutableArray.CreateBuilder<Leftover>();
        var filter = Uri.EscapeDataString(GceLabels.FilterOf(MusterTags.Installation, installation.ToString()));
        var pages = CursorPages.ReadAsync(
            cursor => ReadAsync(filter, cursor, cancellationToken), text => text, timeProvider, cancellationToken);
        await foreach (var (disks, _) in pages)
        {
            left.AddRange(disks.Where(disk => IsLeft(disk, installation)).Select(disk => new Leftover(
                Kind, GceNames.IdOf(GceNames.LastOf(disk.Zone)!, disk.Name!).Value, disk.Name, disk.CreationTimestamp)));
        }

        return left.ToImmutable();
    }

    /// <summary>Deletes one. Google refuses the deletion of a disk that an instance uses.</summary>
    public async Task RemoveAsync(Leftover leftover, CancellationToken cancellationToken)
    {
        if (leftover.Kind != Kind || !GceNames.TryRead(leftover.Id, out var zone, out var name))
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest, $"{leftover.Kind} {leftover.Id}: only disks are left behind here, as ZONE.NAME");
        }

        if (await api.FindAsync($"look at disk {leftover.Id}", $"zones/{zone}/disks/{name}", cancellationToken) is not { } answer)
        {
            return;
        }

        var disk = answer.Read(GceDisk.Of);
        if (disk.Users is { Length: > 0 } users)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest, $"disk {leftover.Id} belongs to the instance {GceNames.LastOf(users[0])} by now");
        }

        if (GceLabels.Read(disk.Labels, rest: null).GetValueOrDefault(MusterTags.Installation) is null)
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, $"disk {leftover.Id} is not marked as Muster's");
        }

        var deleted = await api.SendAsync(
            HttpMethod.Delete, $"delete disk {leftover.Id}", $"zones/{zone}/disks/{name}", body: null, cancellationToken);
        if (!deleted.IsGood && api.Errors.Translate(deleted) is { Kind: not CloudErrorKind.NotFound } failure)
        {
            throw failure;
        }
    }

    private static bool IsLeft(GceDisk disk, InstallationId installation) =>
        disk.Users is not { Length: > 0 }
        // One in the making is about to be an instance's.
        && (disk.Status is "READY" or "FAILED")
        && disk.Name is { } name && GceNames.IsName(name)
        && GceNames.LastOf(disk.Zone) is { } zone && GceNames.IsName(zone)
        && GceLabels.Read(disk.Labels, rest: null).GetValueOrDefault(MusterTags.Installation) == installation.ToString();

    private async Task<(GceDisk[] Page, string? Next)> ReadAsync(string filter, string? cursor, CancellationToken cancellationToken)
    {
        var path = $"aggregated/disks?maxResults={GceListing.PageSize}&filter={filter}";
        var answer = await api.GetAsync(
            Call, cursor is null ? path : $"{path}&pageToken={Uri.EscapeDataString(cursor)}", cancellationToken);
        var all = answer.Read(DiskScopes.Of);
        var items = all.Items ?? [];
        GceListing.ThrowIfPartial(
            Call, api.Region, items.Select(scope => KeyValuePair.Create(scope.Key, scope.Value?.Warning)), all.Unreachables);
        return (
            [
                .. items.Where(scope => GceNames.PartOf(scope.Key, "zones")?.StartsWith($"{api.Region}-", StringComparison.Ordinal) is true)
                    .SelectMany(scope => scope.Value?.Disks ?? []).OfType<GceDisk>(),
            ],
            all.NextPageToken is { Length: > 0 } next ? next : null);
    }
}
