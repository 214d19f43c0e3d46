using System.Collections.Immutable;

using Muster.Simulators.Kit;
using Muster.Simulators.Vsphere.Settings;
using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>Clones machines.</summary>
internal sealed class CloneOrders(
    VsphereSimulatorOptions options, VmPark park, TaskBook tasks, InventoryView inventory, TimeProvider timeProvider)
{
    private const int NameMax = 80;

    /// <summary>Begins a clone.</summary>
    /// <exception cref="VimFault">It cannot be.</exception>
    public RefValue Clone(RefValue source, RequestNode call)
    {
        var original = park.With(source.Key, vm => (SimulatedVm)vm.Copy()) ?? throw VimFault.Gone(source);
        var folder = Known(call["folder"]!);
        var name = call["name"]!.Text;
        var specification = call["spec"]!;
        var location = specification["location"]!;
        if (folder.Type != "Folder")
        {
            throw VimFault.Argument("folder");
        }

        if (name.Length is 0 or > NameMax)
        {
            throw new VimFault("InvalidName", "The name is not valid", ("name", ScalarValue.Text(name)));
        }

        if (location["pool"] is null && original.IsTemplate)
        {
            throw VimFault.Argument("spec.location.pool");
        }

        var pool = location["pool"] is { } given ? Known(given).Key : original.Pool;
        var datastore = location["datastore"] is { } store ? Known(store).Key : original.Datastore;
        var snapshot = specification["snapshot"] is { } shot ? RequestCheck.RefOf(shot) : null;
        if (snapshot is not null && snapshot.Key != original.Snapshot)
        {
            throw VimFault.Gone(snapshot);
        }

        var clone = Make(original, name, folder.Key, pool, datastore, specification);
        clone.IsLinked = location["diskMoveType"]?.Text == "createNewChildDiskBacking";
        if (clone.IsLinked && snapshot is null)
        {
            throw VimFault.Argument("spec.snapshot");
        }

        return Begin(source, folder, clone, specification.Is("powerOn") && !options.LeavesClonesOff);
    }

    private RefValue Begin(RefValue source, RefValue folder, SimulatedVm clone, bool powerOn)
    {
        if (options.RefusesDuplicatesAtOnce && inventory.Child(folder, clone.Name) is { } taken)
        {
            throw Duplicate(clone.Name, taken);
        }

        var task = tasks.Begin("CloneVM_Task", source);
        var self = new RefValue("VirtualMachine", clone.Id);
        clone.Busy = task.Key;
        if (Refusal(folder, clone) is { } refusal)
        {
            tasks.Fail(task, refusal);
            return task;
        }

        var fate = park.DrawFate();
        if (fate is not Fate.Hanging)
        {
            park.Later(options.Provisioning, clone.Id, vm => vm.State == "creating", () => Finish(task, self, powerOn, fate));
        }

        return task;
    }

    // The name is taken with the look that finds it free.
    private VimFault? Refusal(RefValue folder, SimulatedVm clone) => park.Guarded(all =>
    {
        if (all.FirstOrDefault(vm => vm.Folder == folder.Key && vm.Name == clone.Name) is { } taken)
        {
            return Duplicate(clone.Name, new("VirtualMachine", taken.Id));
        }

        if (all.Count(vm => !vm.IsTemplate) >= options.MachinesMax)
        {
            return new VimFault("NotEnoughLicenses", "There are not enough licenses installed to perform the operation");
        }

        if (options.IsFull || options.FullClusters.Contains(clone.Host.StartsWith("host-2", StringComparison.Ordinal) ? "east" : "west"))
        {
            return new VimFault(
                "InsufficientMemoryResourcesFault", "The host does not have sufficient memory resources to satisfy the reservation");
        }

        park.Add(clone);
        return null;
    });

    private void Finish(RefValue task, RefValue self, bool powerOn, Fate fate)
    {
        park.Change(self.Key, "config", vm => (vm.State, vm.Busy) = ("poweredOff", null));
        if (powerOn && options.CannotStart)
        {
            tasks.Fail(task, VmOrders.NoRoom());
            return;
        }

        if (powerOn)
        {
            park.Enter(self.Key, "poweredOn");
        }

        tasks.Succeed(task, self);
        if (fate is Fate.Failed)
        {
            // Its system halts as soon as it begins.
            park.EnterLater(default, self.Key, "poweredOn", "poweredOff");
        }
    }

    private SimulatedVm Make(
        SimulatedVm original, string name, string folder, string pool, string datastore, RequestNode specification)
    {
        var hosts = pool is VsphereCatalogue.WestPool ? VsphereCatalogue.WestHosts : VsphereCatalogue.EastHosts;
        var config = specification["config"];
        var key = park.NewKey("vm");
        return new()
        {
            Id = key,
            Name = name,
            State = "creating",
            Created = timeProvider.GetUtcNow(),
            Folder = folder,
            Pool = pool,
            Datastore = datastore,
            Host = hosts[key[^1] % hosts.Length],
            InstanceUuid = config?["instanceUuid"]?.Text.ToLowerInvariant() is { Length: > 0 } uuid ? uuid : park.NewGuid().ToString(),
            Cpus = Number(config?["numCPUs"], original.Cpus),
            CoresPerSocket = Number(config?["numCoresPerSocket"], original.CoresPerSocket),
            MemoryMib = Number(config?["memoryMB"], (int)original.MemoryMib),
            Extra = Extra(original.Extra, config),
            Networks = Networks(
                original.Networks, specification["location"]!.All("deviceChange").Concat(config?.All("deviceChange") ?? [])),
            Customized = specification["customization"]?["identity"]?["domain"]?.Text,
        };
    }

    // A clone has its source's settings; an empty value takes one away.
    private static ImmutableSortedDictionary<string, string> Extra(ImmutableSortedDictionary<string, string> own, RequestNode? config)
    {
        foreach (var option in config?.All("extraConfig") ?? [])
        {
            var (key, value) = (option["key"]!.Text, option["value"]!.Text);
            own = value.Length == 0 ? own.Remove(key) : own.SetItem(key, value);
        }

        return own;
    }

    private ImmutableArray<string> Networks(ImmutableArray<string> own, IEnumerable<RequestNode> changes)
    {
        foreach (var change in changes)
        {
            var device = change["device"]!;
            var index = Number(device["key"], 0) - 4000;
            var network = device["backing"] is { } backing ? NetworkOf(backing) : throw VimFault.Argument("deviceChange.device.backing");
            switch (change["operation"]?.Text)
            {
                case "add":
                    own = own.Add(network);
                    break;
                case "edit" when index >= 0 && index < own.Length:
                    own = own.SetItem(index, network);
                    break;
                default:
                    throw new VimFault("InvalidDeviceSpec", "Invalid configuration for device '0'.");
            }
        }

        return own;
    }

    private string NetworkOf(RequestNode backing)
    {
        var (name, port) = (backing["deviceName"]?.Text, backing["port"]);
        var found = name is not null
            ? inventory.ByPath($"{VsphereCatalogue.Datacenter}/network/{name}")
            : port?["switchUuid"]?.Text == VsphereCatalogue.SwitchUuid && port["portgroupKey"]?.Text is { } key
                ? VmDescription.Network(key)
                : null;
        return found is { } network && inventory.Find(network) is not null
            ? network.Key
            : throw new VimFault("InvalidDeviceBacking", "Invalid backing for device '0'.");
    }

    private RefValue Known(RequestNode node)
    {
        var target = RequestCheck.RefOf(node);
        return inventory.Find(target) is not null ? target : throw VimFault.Gone(target);
    }

    private static VimFault Duplicate(string name, RefValue taken) =>
        new("DuplicateName", $"The name '{name}' already exists.", ("name", ScalarValue.Text(name)), ("object", taken));

    private static int Number(RequestNode? node, int otherwise) =>
        node is null ? otherwise : int.Parse(node.Text, System.Globalization.CultureInfo.InvariantCulture);
}
