using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Proxmox.Marks;
using Muster.Clouds.Proxmox.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Proxmox;

/// <summary>
/// What is among Muster's own numbers and of no machine: disks, and clones that broke off before they had marks. The numbers are the mark:
/// they are for one Muster alone.
/// </summary>
internal sealed class ProxmoxLeftovers(ProxmoxApi api, ProxmoxOptions options)
{
    private const string Volume = "volume", HalfClone = "half a clone";
    private const long TimeMax = 100_000_000_000;

    /// <summary>All of them.</summary>
    public async Task<ImmutableArray<Leftover>> ListAsync(CancellationToken cancellationToken)
    {
        var view = await api.LookAsync(cancellationToken);
        var found = ImmutableArray.CreateBuilder<Leftover>();
        foreach (var row in view.Guests.Where(guest => guest is { IsMachine: true, Lock: "clone", Tags.IsEmpty: true }
            && options.Vmids.Contains(guest.Vmid) && view.IsOnline(guest.Node)))
        {
            // Those with marks are instances, and listed as failed.
            if (await api.ConfigAsync(row.Node, row.Vmid, cancellationToken) is { } config
                && ProxmoxTags.ReadNotes(config.GetValueOrDefault("description")).IsEmpty
                && !await api.IsCloningAsync(row.Node, cancellationToken)
                && (await api.ConfigAsync(row.Node, row.Vmid, cancellationToken))?.GetValueOrDefault("lock") is "clone")
            {
                found.Add(new(HalfClone, $"{row.Node}/{Text(row.Vmid)}", config.GetValueOrDefault("name"), CreatedAt: null));
            }
        }

        foreach (var storage in view.Storages.Where(row => row.Content.Contains("images") && view.IsOnline(row.Node))
            .GroupBy(row => row.IsShared ? row.Name : $"{row.Node}/{row.Name}", StringComparer.Ordinal).Select(same => same.First()))
        {
            found.AddRange(await api.GetAsync(
                $"nodes/{ProxmoxApi.Escape(storage.Node)}/storage/{ProxmoxApi.Escape(storage.Name)}/content?content=images",
                list => PveJson.Rows(list)
                    .Where(row => PveJson.Number(row, "vmid") is >= VmidRange.Min and <= VmidRange.Max and var vmid
                        && options.Vmids.Contains((int)vmid) && view.Find((int)vmid) is null)
                    .Select(row => new Leftover(
                        Volume, $"{storage.Node}/{PveJson.Text(row, "volid")}", PveJson.Text(row, "volid"),
                        PveJson.Number(row, "ctime") is > 0 and < TimeMax and var time ? DateTimeOffset.FromUnixTimeSeconds(time) : null))
                    .ToArray(),
                cancellationToken));
        }

        return found.ToImmutable();
    }

    /// <summary>Removes one.</summary>
    public async Task RemoveAsync(Leftover leftover, CancellationToken cancellationToken)
    {
        if (leftover.Id.Split('/', 2) is not [{ Length: > 0 } node, { Length: > 0 } what])
        {
            return;
        }

        switch (leftover.Kind)
        {
            case HalfClone:
                throw new CloudException(
                    CloudErrorKind.InvalidRequest,
                    $"machine {what} on {node} is locked for a clone, which only root may lift: qm unlock {what}, then qm destroy {what}");
            case Volume:
                await RemoveVolumeAsync(node, what, cancellationToken);
                break;
            default:
                throw new CloudException(CloudErrorKind.InvalidRequest, $"kind is '{leftover.Kind}': {Volume} or {HalfClone}");
        }
    }

    private async Task RemoveVolumeAsync(string node, string volume, CancellationToken cancellationToken)
    {
        // STORAGE:vm-123456789-disk-0, or with directories before the last part.
        var number = volume.Split(':', '/')[^1].Split('-').ElementAtOrDefault(1);
        if (volume.Split(':', 2) is not [{ Length: > 0 } storage, _]
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var vmid) || !options.Vmids.Contains(vmid))
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest, $"volume is '{volume}': a disk of a machine with a number of {options.Vmids}");
        }

        if ((await api.LookAsync(cancellationToken)).Find(vmid) is { } machine)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest, $"volume {volume} belongs to machine {machine.Vmid} on {machine.Node} by now");
        }

        var answer = await api.SendAsync(
            HttpMethod.Delete,
            $"nodes/{ProxmoxApi.Escape(node)}/storage/{ProxmoxApi.Escape(storage)}/content/{ProxmoxApi.Escape(volume)}", parameters: null,
            cancellationToken);
        if (!answer.IsGood)
        {
            throw api.Errors.Translate(answer);
        }

        if (await api.EndOfAsync(answer, cancellationToken) is { IsGood: false } task)
        {
            throw api.Errors.Translate($"the removal of {volume}", task);
        }
    }

    private static string Text(int vmid) => vmid.ToString(CultureInfo.InvariantCulture);
}
