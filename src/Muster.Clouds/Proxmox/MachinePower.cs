using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Proxmox.Marks;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Proxmox;

/// <summary>Shuts machines down, stops them, suspends them to the disk, and starts them.</summary>
/// <param name="api">Proxmox.</param>
/// <param name="ending">What this process is ending.</param>
internal sealed class MachinePower(ProxmoxApi api, EndingInstances ending)
{
    private static readonly Dictionary<string, string> Nothing = [];
    private static readonly Dictionary<string, string> ToDisk = new() { ["todisk"] = "1" };

    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        var machine = await FindAsync(installation, instance, cancellationToken);
        // Its memory is on its way to the disk, as is wanted; whoever wants another rest is told of the lock.
        var isSuspending = manner is StopManner.KeepingMemory && machine.Lock is "suspending";
        if (isSuspending || !await IsRunningAsync(machine, cancellationToken))
        {
            return;
        }

        machine.ThrowIfKept();
        if (manner is StopManner.Orderly)
        {
            // Its task waits for the guest's system for a minute, and an order is one before that.
            await OrderAsync(machine, "shutdown", Nothing, cancellationToken);
            return;
        }

        var (word, parameters) = manner is StopManner.KeepingMemory ? ("suspend", ToDisk) : ("stop", Nothing);
        var answer = await OrderAsync(machine, word, parameters, cancellationToken);
        await ThrowIfBadAsync(machine, word, answer, isRunningWanted: false, cancellationToken);
    }

    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public async Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        var machine = await FindAsync(installation, instance, cancellationToken);
        machine.ThrowIfLocked();
        if (!await IsRunningAsync(machine, cancellationToken))
        {
            // With the memory that it was suspended with, where it was. That there is no room is told at the end of the task.
            var answer = await CallDoubt.AfterLaunchAsync(() => OrderAsync(machine, "start", Nothing, cancellationToken));
            await CallDoubt.AfterLaunchAsync(async () =>
            {
                await ThrowIfBadAsync(machine, "start", answer, isRunningWanted: true, cancellationToken);
                return true;
            });
        }
    }

    private async Task<MeantMachine> FindAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var machine = MachineId.Read(instance) is { } id ? await MeantMachine.FindAsync(api, id, cancellationToken) : null;
        OwnedInstance.Of(
            machine is null ? null : MachineReader.Read(machine.Row, machine.Tags, InstanceState.Unknown, detail: null),
            machine is not null && ending.Contains(machine.Id.ToString()), instance, installation);
        return machine!;
    }

    private Task<bool> IsRunningAsync(MeantMachine machine, CancellationToken cancellationToken) =>
        api.IsRunningAsync(machine.Row.Node, machine.Id.Vmid, cancellationToken);

    private async Task<HttpAnswer> OrderAsync(
        MeantMachine machine, string order, Dictionary<string, string> parameters, CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(
            HttpMethod.Post, $"{ProxmoxApi.MachinePath(machine.Row.Node, machine.Id.Vmid)}/status/{order}", parameters, cancellationToken);
        return answer.IsGood ? answer : throw api.Errors.Translate(answer);
    }

    /// <summary>Waits for the end of a task; one that failed is no failure where somebody else has done the same.</summary>
    private async Task ThrowIfBadAsync(
        MeantMachine machine, string order, HttpAnswer answer, bool isRunningWanted, CancellationToken cancellationToken)
    {
        var task = await api.EndOfAsync(answer, cancellationToken);
        if (!task.IsGood && await IsRunningAsync(machine, cancellationToken) != isRunningWanted)
        {
            throw api.Errors.Translate($"the {order} of {machine.Id.Vmid}", task);
        }
    }
}
