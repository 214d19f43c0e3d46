using Muster.Simulators.Vsphere.Settings;
using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>Starts, stops and deletes machines.</summary>
internal sealed class VmOrders(VsphereSimulatorOptions options, VmPark park, TaskBook tasks)
{
    /// <summary>There is no room to run it.</summary>
    public static VimFault NoRoom() => new(
        "InsufficientResourcesFault", "The available resources are insufficient to perform the operation.");

    /// <summary>Starts one.</summary>
    public RefValue PowerOn(RefValue target) => Begin(target, "PowerOnVM_Task", vm =>
    {
        if (vm.State is "poweredOn")
        {
            return WrongPower("poweredOff", vm);
        }

        return options.CannotStart ? NoRoom() : null;
    },
    (task, vm) =>
    {
        park.Change(vm.Id, "state", one => (one.State, one.Busy) = ("poweredOn", null));
        tasks.Succeed(task);
    });

    /// <summary>Stops one.</summary>
    public RefValue PowerOff(RefValue target) => Begin(
        target, "PowerOffVM_Task", vm => vm.State is "poweredOff" ? WrongPower("poweredOn", vm) : null,
        (task, vm) => park.Later(options.Stopping, vm.Id, _ => true, () =>
        {
            park.Change(vm.Id, "state", one => (one.State, one.Busy) = ("poweredOff", null));
            tasks.Succeed(task);
        }));

    /// <summary>Puts one's memory on the disk.</summary>
    public RefValue Suspend(RefValue target) => Begin(
        target, "SuspendVM_Task", vm => vm.State is "poweredOn" ? null : WrongPower("suspended", vm),
        (task, vm) => park.Later(options.Stopping, vm.Id, _ => true, () =>
        {
            park.Change(vm.Id, "state", one => (one.State, one.Busy) = ("suspended", null));
            tasks.Succeed(task);
        }));

    /// <summary>Has the tools in one shut it down, which they begin to do.</summary>
    public void ShutDown(RefValue target)
    {
        var vm = park.With(target.Key, one => one) ?? throw VimFault.Gone(target);
        if (vm.State is not "poweredOn")
        {
            throw WrongPower("poweredOff", vm);
        }

        if (options.HasNoTools)
        {
            throw new VimFault(
                "ToolsUnavailable", "Cannot complete operation because VMware Tools is not running in this virtual machine.");
        }

        park.Later(options.Stopping, vm.Id, one => one.State is "poweredOn", () => park.Enter(vm.Id, "poweredOff"));
    }

    /// <summary>Deletes one.</summary>
    public RefValue Destroy(RefValue target) => Begin(
        target, "Destroy_Task", vm => vm.State is "poweredOn" ? WrongPower("poweredOff", vm) : null,
        (task, vm) =>
        {
            park.Remove(vm.Id);
            tasks.Succeed(task);
        });

    private static VimFault WrongPower(string wanted, SimulatedVm vm) => new(
        "InvalidPowerState", $"The attempted operation cannot be performed in the current state ({vm.State}).",
        ("requestedState", new ScalarValue("VirtualMachinePowerState", wanted)),
        ("existingState", new ScalarValue("VirtualMachinePowerState", vm.State)));

    private RefValue Begin(RefValue target, string name, Func<SimulatedVm, VimFault?> refusal, Action<RefValue, SimulatedVm> act)
    {
        var (task, isRefused) = park.With(target.Key, vm =>
        {
            if (vm.Connection is "disconnected")
            {
                throw new VimFault("HostNotConnected", "Unable to communicate with the remote host, since it is disconnected.");
            }

            if (vm.State is "creating" || vm.Busy is not null)
            {
                throw new VimFault(
                    "TaskInProgress", "The operation is not allowed in the current state: another task is already in progress.",
                    vm.Busy is { } other ? [("task", new RefValue("Task", other))] : []);
            }

            var begun = tasks.Begin(name, target);
            if (refusal(vm) is { } fault)
            {
                tasks.Fail(begun, fault);
                return Tuple.Create(begun, true);
            }

            vm.Busy = begun.Key;
            return Tuple.Create(begun, false);
        }) ?? throw VimFault.Gone(target);
        if (!isRefused)
        {
            park.With(target.Key, vm =>
            {
                act(task, vm);
                return task;
            });
        }

        return task;
    }
}
