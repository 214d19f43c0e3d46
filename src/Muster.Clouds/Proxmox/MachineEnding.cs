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
        if (await MeantMachine.FindAsync(api, id, cancellationToken) is { } machine)
        {
            machine.ThrowIfKept();
            await ending.EndAsync(id.ToString(), () => EndAsync(id.Vmid, machine.Row.Node, cancellationToken));
        }
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
}
