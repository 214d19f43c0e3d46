using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Outbound;

namespace Muster.Clouds.Vsphere.Machines;

/// <summary>Ends machines: power off, then deletion with all disks.</summary>
internal sealed class VmEnder(VsphereApi api, VmQuery query, TaskWaiter tasks, EndingInstances ending, VmMemory memory)
{
    /// <summary>How often something else that is being done to a machine is waited for.</summary>
    private const int Tries = 3;

    // A machine is off within seconds; what takes longer is told, and asked for again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>The machine with that instance UUID; null where there is none.</summary>
    public async Task<MoRef?> FindAsync(string uuid, CancellationToken cancellationToken) => (await api.LookAsync(
        "FindByUuid",
        (await api.ContentAsync(cancellationToken)).SearchIndex,
        writer =>
        {
            writer.Text("uuid", uuid);
            writer.Flag("vmSearch", true);
            writer.Flag("instanceUuid", true);
        },
        cancellationToken)).RefOf("returnval");

    /// <summary>Ends one. Already gone is success.</summary>
    public async Task EndAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Guid.TryParse(instance.Value, out var id))
        {
            // Ids are UUIDs: anything else never was a machine.
            return;
        }

        var uuid = id.ToString();
        if (memory.Find(uuid) is { } known && await EndAsync(known, cancellationToken))
        {
            return;
        }

        // It was never seen, or registered anew meanwhile.
        if (await FindVmAsync(uuid, cancellationToken) is { } vm)
        {
            await EndAsync(vm, cancellationToken);
        }
    }

    /// <summary>The machine as it is now; null where there is none. What has that UUID and not the launch's marks is none.</summary>
    public async Task<Vm?> FindVmAsync(string uuid, CancellationToken cancellationToken) =>
        await FindAsync(uuid, cancellationToken) is { } target && await query.FindAsync(target, cancellationToken) is { } machine
            ? VmReader.Read(machine).Good
            : null;

    /// <summary>Ends one.</summary>
    /// <returns>Whether it was there.</returns>
    public async Task<bool> EndAsync(Vm vm, CancellationToken cancellationToken)
    {
        var wasThere = true;
        await ending.EndAsync(vm.Uuid, async () =>
        {
            try
            {
                if (vm.Power is not "poweredOff")
                {
                    await DoAsync("PowerOffVM_Task", vm, "InvalidPowerState", cancellationToken);
                }

                await CallDoubt.AfterStopAsync(() => DestroyAsync(vm, cancellationToken));
            }
            catch (CloudException error) when (VsphereErrors.Is(error, "ManagedObjectNotFound"))
            {
                wasThere = false;
            }
        });
        memory.OnGone(vm.Uuid);
        return wasThere;
    }

    private async Task DestroyAsync(Vm vm, CancellationToken cancellationToken)
    {
        if (!await DoAsync("Destroy_Task", vm, "InvalidPowerState", cancellationToken))
        {
            // It is on again, or it was never seen to be on.
            await DoAsync("PowerOffVM_Task", vm, "InvalidPowerState", cancellationToken);
            await DoAsync("Destroy_Task", vm, surmounted: null, cancellationToken);
        }
    }

    /// <summary>Does something to a machine and waits for its end.</summary>
    /// <returns>False where the fault came that is no failure here.</returns>
    public async Task<bool> DoAsync(string method, Vm vm, string? surmounted, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var (fault, error) = await TryAsync(method, vm, cancellationToken);
            if (error is null)
            {
                return true;
            }

            if (fault!.Type == surmounted)
            {
                return false;
            }

            if (fault.Type is not "TaskInProgress" || fault.Detail?.RefOf("task") is not { } other || tries == Tries)
            {
                throw error;
            }

            // Somebody does something to it, perhaps the same: what is left to do shows when that is over.
            await tasks.WaitAsync(other, Patience, cancellationToken);
        }
    }

    private async Task<(SoapFault? Fault, CloudException? Error)> TryAsync(string method, Vm vm, CancellationToken cancellationToken)
    {
        try
        {
            var task = await api.StartAsync(method, vm.Ref, null, cancellationToken);
            return await tasks.WaitAsync(task, Patience, cancellationToken) is { Fault: { } fault }
                ? (fault, api.Translate($"vsphere {method} of {ForeignText.Shown(vm.Name)}", fault, CloudErrorKind.Unavailable))
                : default;
        }
        catch (CloudException error) when (VsphereErrors.FaultOf(error) is { } fault && error.Kind is not CloudErrorKind.Ambiguous)
        {
            return (fault, error);
        }
    }
}
