using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Vsphere.Api;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Vsphere.Machines;

/// <summary>Shuts machines down, powers them off, suspends them, and powers them on.</summary>
internal sealed class VmPower(VsphereApi api, VmEnder ender, VmStates states, VmMemory memory)
{
    private const string WrongPower = "InvalidPowerState";

    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        var vm = await FindAsync(installation, instance, cancellationToken);
        if (vm.Power is "poweredOff" or "suspended")
        {
            return;
        }

        if (manner is not StopManner.Orderly)
        {
            await ender.DoAsync(
                manner is StopManner.KeepingMemory ? "SuspendVM_Task" : "PowerOffVM_Task", vm, WrongPower, cancellationToken);
            return;
        }

        try
        {
            // The tools in it are told, and no task says what becomes of it.
            await api.ChangeAsync("ShutdownGuest", vm.Ref, null, cancellationToken);
        }
        catch (CloudException error) when (VsphereErrors.Is(error, WrongPower))
        {
            // Somebody else was faster.
        }
    }

    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public async Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        var vm = await FindAsync(installation, instance, cancellationToken);
        if (vm.Power is "poweredOff" or "suspended")
        {
            await ender.DoAsync("PowerOnVM_Task", vm, WrongPower, cancellationToken);
        }
    }

    private async Task<Vm> FindAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var vm = Guid.TryParse(instance.Value, out var id) ? await ender.FindVmAsync(id.ToString(), cancellationToken) : null;
        var seen = vm is null ? null : states.Instance(vm, zone: null);
        OwnedInstance.Of(seen, seen?.State is InstanceState.Terminating, instance, installation);
        if (vm!.Connection is not "connected")
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"machine {instance} is {vm.Connection}: nothing can be done to it before vCenter reaches it");
        }

        // One that was on has been started, and is stopped when it is off, however young it is.
        memory.OnSeen(vm);
        return vm;
    }
}
