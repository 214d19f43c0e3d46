using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Machines;
using Muster.Clouds.Vsphere.Places;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Vsphere.Checks;

/// <summary>Reads a machine into a template for more of its kind.</summary>
internal sealed class TemplateOfVm(VsphereApi api, VmEnder machines, ComputeMap compute, Inventory inventory)
{
    private const int PageSize = 100, ParentsMax = 50;

    private const string Name = "name", Parent = "parent", Cpus = "config.hardware.numCPU", Memory = "config.hardware.memoryMB";
    private const string Networks = "network", Datastores = "datastore", Extra = "config.extraConfig";

    /// <summary>Reads it.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.NotFound"/>: there is no such machine.</exception>
    public async Task<TemplateDraft> ReadAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        var target = Guid.TryParse(instance.Value, out var uuid) ? await machines.FindAsync(uuid.ToString(), cancellationToken)
            : instance.Value.StartsWith("vm-", StringComparison.Ordinal) ? new MoRef("VirtualMachine", instance.Value)
            : null;
        var machine = target is null ? null : await api.FindAsync(
            target, [Name, Parent, Cpus, Memory, Networks, Datastores, Extra, VmReader.Host], cancellationToken);
        if (machine is null)
        {
            throw new CloudException(
                CloudErrorKind.NotFound, $"vCenter has no virtual machine {instance}: an id is an instance UUID, or vm-42");
        }

        var made = VmReader.Entry(machine, VmMarks.Image);
        var marks = VmReader.Entry(machine, VmMarks.Tags) is { } text
            ? VmMarks.Read(text).Tags
            : ImmutableSortedDictionary<string, string>.Empty;
        var leftOut = ImmutableArray.CreateBuilder<string>();
        if (made is null)
        {
            leftOut.Add(
                "vCenter does not tell what a machine was cloned from: the image is the machine itself, which is cloned as it is then");
        }

        leftOut.Add("the resource pool, a customization, user data and metadata are not read");
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        await compute.GetAsync(cancellationToken);
        Add("cluster", compute.ZoneOf(machine.RefOf(VmReader.Host)));
        Add("datastore", (await NamesAsync(machine, Datastores, cancellationToken)).FirstOrDefault());
        return new()
        {
            Image = made ?? await PathAsync(machine, cancellationToken),
            Size = SizeOf(machine),
            Networks = [.. await NamesAsync(machine, Networks, cancellationToken)],
            Tags = marks.RemoveRange(marks.Keys.Where(key => key.StartsWith(MusterTags.Prefix, StringComparison.Ordinal))),
            Options = options.ToImmutable(),
            LeftOut = leftOut.ToImmutable(),
        };

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                options[name] = value;
            }
        }
    }

    private static string? SizeOf(ManagedObject machine) =>
        int.TryParse(machine.Text(Cpus), CultureInfo.InvariantCulture, out var cpus)
        && long.TryParse(machine.Text(Memory), CultureInfo.InvariantCulture, out var mib)
            ? string.Create(CultureInfo.InvariantCulture, $"{cpus}cpu,{mib}m")
            : null;

    private async Task<IEnumerable<string>> NamesAsync(ManagedObject machine, string path, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        foreach (var target in machine.Properties.TryGetValue(path, out var refs) ? refs.Refs : [])
        {
            if ((await api.FindAsync(target, [Name], cancellationToken))?.Text(Name) is { } name)
            {
                names.Add(name);
            }
        }

        return names;
    }

    /// <summary>The machine's path below the data centre's folder of virtual machines; its name alone where it is elsewhere.</summary>
    private async Task<string> PathAsync(ManagedObject machine, CancellationToken cancellationToken)
    {
        var root = await inventory.FindAsync(inventory.VmPath, cancellationToken);
        var (objects, _) = await api.RetrieveAsync(
            new(
                machine.Ref,
                [new("folder", "VirtualMachine", Parent, ["parents"]), new("parents", "Folder", Parent, ["parents"])],
                [("Folder", [Name, Parent])]),
            PageSize, cancellationToken);
        var folders = objects.ToDictionary(one => one.Ref);
        var parts = new List<string> { machine.Text(Name) ?? "" };
        var at = machine.RefOf(Parent);
        for (var steps = 0; at is not null && at != root && folders.TryGetValue(at, out var folder) && steps < ParentsMax; steps++)
        {
            parts.Insert(0, folder.Text(Name) ?? "");
            at = folder.RefOf(Parent);
        }

        return at == root ? string.Join('/', parts) : parts[^1];
    }
}
