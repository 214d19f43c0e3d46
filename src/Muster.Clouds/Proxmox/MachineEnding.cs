using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Proxmox.Marks;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Proxmox;

/// <summary>Ends machines: looks whether it is still the one that is meant, stops it, and removes it with its disks.</summary>
internal sealed class MachineEnding(ProxmoxApi api, EndingInstances ending)
{
    /// <summary>How often a machine may move between the look and the call.</summary>
    private const int RoundsMax = 3;

    private readonly KeyedGate _turns = new(slots: 1);

    /// <summary>Ends one; already gone, or another one's number by now, is success.</summary>
    public async Task EndAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (MachineId.Read(instance) is not { } id)
        {
            // Numbers alone: anything else never was a machine.
            return;
        }

        using var turn = await _turns.EnterAsync(id.Vmid.ToString(CultureInfo.InvariantCulture), cancellationToken);
        for (var round = 0; round < RoundsMax; round++)
        {
            var view = await api.LookAsync(cancellationToken);
            if (view.Find(id.Vmid) is not { IsMachine: true, IsTemplate: false } row || row.Lock is "destroyed")
            {
                return;
            }

            if (!view.IsOnline(row.Node))
            {
                throw new CloudException(
                    CloudErrorKind.Unavailable, $"machine {id} is on node {row.Node}, which is offline: it can be ended when that is back");
            }

            if (await api.ConfigAsync(row.Node, id.Vmid, cancellationToken) is not { } config)
            {
                continue;
            }

            if (IsMeant(id, config))
            {
                ThrowIfKept(id, row.Node, config);
                await ending.EndAsync(id.ToString(), () => EndAsync(id.Vmid, row.Node, cancellationToken));
            }

            return;
        }

        throw new CloudException(CloudErrorKind.Unavailable, $"machine {id} moves from node to node: try again later");
    }

    private async Task EndAsync(int vmid, string node, CancellationToken cancellationToken)
    {
        var path = ProxmoxApi.MachinePath(node, vmid);
        if (!await api.IsRunningAsync(node, vmid, cancellationToken))
        {
            await RemoveAsync(vmid, path, cancellationToken);
            return;
        }

        var answer = await api.SendAsync(HttpMethod.Post, $"{path}/status/stop", new Dictionary<string, string>(), cancellationToken);
        if (!answer.IsGood)
        {
            throw api.Errors.Translate(answer);
        }

        await CallDoubt.AfterStopAsync(async () =>
        {
            var task = await api.EndOfAsync(answer, cancellationToken);
            if (!task.IsGood)
            {
                throw api.Errors.Translate($"the stop of {vmid}", task);
            }

            await RemoveAsync(vmid, path, cancellationToken);
        });
    }

    private async Task RemoveAsync(int vmid, string path, CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(HttpMethod.Delete, $"{path}?purge=1", parameters: null, cancellationToken);
        if (ProxmoxErrors.IsElsewhere(answer))
        {
            // Its node just had it: somebody else has removed it.
            return;
        }

        var failure = !answer.IsGood ? api.Errors.Translate(answer)
            : await api.EndOfAsync(answer, cancellationToken) is { IsGood: false } task
            ? api.Errors.Translate($"the removal of {vmid}", task)
            : null;
        if (failure is not null)
        {
            throw failure;
        }
    }

    private static bool IsMeant(MachineId id, ImmutableDictionary<string, string> config)
    {
        var tags = ProxmoxTags.Read(config.GetValueOrDefault("tags"));
        tags = MachineReader.IsOurs(tags, id.Vmid) ? tags : ProxmoxTags.ReadNotes(config.GetValueOrDefault("description"));
        return MachineReader.IsOurs(tags, id.Vmid) && id.IsOf(tags.GetValueOrDefault(MusterTags.Launch));
    }

    private static void ThrowIfKept(MachineId id, string node, ImmutableDictionary<string, string> config)
    {
        if (config.GetValueOrDefault("protection") is "1")
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"machine {id} on node {node} is protected from removal: qm set {id.Vmid} --protection 0 lifts that");
        }

        if (config.GetValueOrDefault("lock") is { } held and not "suspended")
        {
            throw new CloudException(
                CloudErrorKind.Unavailable,
                $"machine {id} on node {node} is locked for {held}: where nobody works on it any more, only root can lift that, by "
                + $"qm unlock {id.Vmid} on that node; Muster tries again");
        }
    }
}
