using System.Collections.Immutable;

using Muster.Clouds.Proxmox.Marks;
using Muster.Clouds.Proxmox.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Proxmox;

/// <summary>The machine that an id means, and no later one of its number.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Row">Where it is.</param>
/// <param name="Config">What its configuration says.</param>
/// <param name="Tags">The marks of it.</param>
internal sealed record MeantMachine(
    MachineId Id, GuestRow Row, ImmutableDictionary<string, string> Config, ImmutableSortedDictionary<string, string> Tags)
{
    /// <summary>The lock of a machine whose memory is on the disk.</summary>
    public const string Suspended = "suspended";

    /// <summary>How often a machine may move between the look and the call.</summary>
    private const int RoundsMax = 3;

    /// <summary>What is being done to it, or was; null for nothing.</summary>
    public string? Lock => Config.GetValueOrDefault("lock");

    /// <summary>Looks for it.</summary>
    /// <returns>Null when it is gone, or its number is another one's by now.</returns>
    /// <exception cref="CloudException">It is on a node that cannot be reached, or moves.</exception>
    public static async Task<MeantMachine?> FindAsync(ProxmoxApi api, MachineId id, CancellationToken cancellationToken)
    {
        for (var round = 0; round < RoundsMax; round++)
        {
            var view = await api.LookAsync(cancellationToken);
            if (view.Find(id.Vmid) is not { IsMachine: true, IsTemplate: false } row || row.Lock is "destroyed")
            {
                return null;
            }

            if (!view.IsOnline(row.Node))
            {
                throw new CloudException(
                    CloudErrorKind.Unavailable,
                    $"machine {id} is on node {row.Node}, which is offline: nothing can be done to it before that is back");
            }

            if (await api.ConfigAsync(row.Node, id.Vmid, cancellationToken) is { } config)
            {
                var tags = ProxmoxTags.Read(config.GetValueOrDefault("tags"));
                tags = MachineReader.IsOurs(tags, id.Vmid) ? tags : ProxmoxTags.ReadNotes(config.GetValueOrDefault("description"));
                return MachineReader.IsOurs(tags, id.Vmid) && id.IsOf(tags.GetValueOrDefault(MusterTags.Launch))
                    ? new(id, row, config, tags)
                    : null;
            }
        }

        throw new CloudException(CloudErrorKind.Unavailable, $"machine {id} moves from node to node: try again later");
    }

    /// <summary>Throws where nothing may be done to it now.</summary>
    public void ThrowIfKept()
    {
        if (Config.GetValueOrDefault("protection") is "1")
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"machine {Id} on node {Row.Node} is protected from removal: qm set {Id.Vmid} --protection 0 lifts that");
        }

        ThrowIfLocked();
    }

    /// <summary>Throws where something else is being done to it.</summary>
    public void ThrowIfLocked()
    {
        if (Lock is { } held and not Suspended)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable,
                $"machine {Id} on node {Row.Node} is locked for {held}: where nobody works on it any more, only root can lift that, by "
                + $"qm unlock {Id.Vmid} on that node; Muster tries again");
        }
    }
}
