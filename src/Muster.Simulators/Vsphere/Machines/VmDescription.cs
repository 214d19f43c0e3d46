using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>Machines and tasks as vCenter tells them.</summary>
internal static class VmDescription
{
    private const string Reference = "ManagedObjectReference";
    private const int FirstAdapter = 4000;

    /// <summary>A machine.</summary>
    public static ObjectValue Of(SimulatedVm vm)
    {
        var fields = new List<(string, Value)>
        {
            ("parent", new RefValue("Folder", vm.Folder)),
            ("name", ScalarValue.Text(vm.Name)),
        };
        if (vm.HasConfig)
        {
            fields.Add(("config", Config(vm)));
        }

        if (vm.Pool.Length > 0)
        {
            fields.Add(("resourcePool", new RefValue("ResourcePool", vm.Pool)));
        }

        fields.Add(("runtime", Runtime(vm)));
        fields.Add(("guest", new ObjectValue("GuestInfo", vm.State is "poweredOn" ? [("ipAddress", ScalarValue.Text(Address(vm)))] : [])));
        fields.Add(("datastore", new ListValue(Reference, [new RefValue("Datastore", vm.Datastore)])));
        fields.Add(("network", new ListValue(Reference, [.. vm.Networks.Select(Network)])));
        if (vm.Snapshot is { } snapshot)
        {
            fields.Add(("snapshot", new ObjectValue(
                "VirtualMachineSnapshotInfo", [("currentSnapshot", new RefValue("VirtualMachineSnapshot", snapshot))])));
        }

        return new("VirtualMachine", fields);
    }

    /// <summary>A task.</summary>
    public static ObjectValue Of(SimulatedTask task)
    {
        var info = new List<(string, Value)>
        {
            ("key", ScalarValue.Text(task.Key)),
            ("task", new RefValue("Task", task.Key)),
            ("name", ScalarValue.Text(task.Name)),
            ("descriptionId", ScalarValue.Text($"VirtualMachine.{task.Name}")),
            ("entity", task.Entity),
            ("state", new ScalarValue("TaskInfoState", task.State)),
            ("cancelled", ScalarValue.Flag(false)),
            ("cancelable", ScalarValue.Flag(false)),
        };
        if (task.Error is { } error)
        {
            info.Add(("error", error));
        }

        if (task.Result is { } result)
        {
            info.Add(("result", result));
        }

        info.Add(("reason", new ObjectValue("TaskReasonUser", [("userName", ScalarValue.Text("VSPHERE.LOCAL\\muster"))])));
        info.Add(("queueTime", ScalarValue.Time(task.At)));
        info.Add(("eventChainId", ScalarValue.Number(1)));
        return new("Task", [("info", new ObjectValue("TaskInfo", info))]);
    }

    /// <summary>The network of that key.</summary>
    public static RefValue Network(string key) =>
        new(key == VsphereCatalogue.GroupKey ? "DistributedVirtualPortgroup" : "Network", key);

    private static ObjectValue Config(SimulatedVm vm) => new(
        "VirtualMachineConfigInfo",
        [
            ("changeVersion", ScalarValue.Text(vm.Updated.Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture))),
            ("modified", ScalarValue.Time(vm.Created)),
            ("name", ScalarValue.Text(vm.Name)),
            ("guestFullName", ScalarValue.Text("Debian GNU/Linux 12 (64-bit)")),
            ("version", ScalarValue.Text("vmx-14")),
            ("uuid", ScalarValue.Text(vm.InstanceUuid)),
            ("createDate", ScalarValue.Time(vm.Created)),
            ("instanceUuid", ScalarValue.Text(vm.InstanceUuid)),
            ("template", ScalarValue.Flag(vm.IsTemplate)),
            ("guestId", ScalarValue.Text("debian11_64Guest")),
            ("hardware", new ObjectValue(
                "VirtualHardware",
                [
                    ("numCPU", ScalarValue.Number(vm.Cpus)), ("numCoresPerSocket", ScalarValue.Number(vm.CoresPerSocket)),
                    ("memoryMB", ScalarValue.Number(vm.MemoryMib)),
                    ("device", new ListValue("VirtualDevice", [Disk(), .. vm.Networks.Select(Adapter)])),
                ])),
            ("extraConfig", new ListValue("OptionValue", [.. vm.Extra.Select(Option), Option(new("svga.vramSize", "8388608"))])),
        ]);

    private static ObjectValue Option(KeyValuePair<string, string> entry) =>
        new("OptionValue", [("key", ScalarValue.Text(entry.Key)), ("value", ScalarValue.Text(entry.Value))]);

    private static ObjectValue Disk() =>
        new("VirtualDisk", [("key", ScalarValue.Number(2000)), ("controllerKey", ScalarValue.Number(1000))]);

    private static Value Adapter(string network, int index)
    {
        var backing = network == VsphereCatalogue.GroupKey
            ? new ObjectValue(
                "VirtualEthernetCardDistributedVirtualPortBackingInfo",
                [
                    ("port", new ObjectValue(
                        "DistributedVirtualSwitchPortConnection",
                        [
                            ("switchUuid", ScalarValue.Text(VsphereCatalogue.SwitchUuid)),
                            ("portgroupKey", ScalarValue.Text(network)),
                        ])),
                ])
            : new ObjectValue("VirtualEthernetCardNetworkBackingInfo", [("deviceName", ScalarValue.Text("VM-Network"))]);
        return new ObjectValue(
            "VirtualVmxnet3",
            [
                ("key", ScalarValue.Number(FirstAdapter + index)), ("backing", backing), ("controllerKey", ScalarValue.Number(100)),
                ("addressType", ScalarValue.Text("assigned")), ("macAddress", ScalarValue.Text("00:50:56:00:00:01")),
            ]);
    }

    private static ObjectValue Runtime(SimulatedVm vm) => new(
        "VirtualMachineRuntimeInfo",
        [
            ("host", new RefValue("HostSystem", vm.Host)),
            ("connectionState", new ScalarValue("VirtualMachineConnectionState", vm.Connection)),
            ("powerState", new ScalarValue("VirtualMachinePowerState", vm.State is "creating" ? "poweredOff" : vm.State)),
            ("faultToleranceState", new ScalarValue("VirtualMachineFaultToleranceState", "notConfigured")),
            ("toolsInstallerMounted", ScalarValue.Flag(false)),
        ]);

    // Of the address block for examples (RFC 5737).
    private static string Address(SimulatedVm vm) =>
        $"192.0.2.{int.Parse(vm.Id[3..], System.Globalization.CultureInfo.InvariantCulture) % 250}";
}
