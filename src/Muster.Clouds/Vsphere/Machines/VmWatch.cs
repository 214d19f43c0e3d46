using System.Runtime.CompilerServices;

using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Places;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Vsphere.Machines;

/// <summary>Hears of changes to machines in the installation's folder, as soon as vCenter does.</summary>
internal sealed class VmWatch(VmQuery query, Inventory inventory, VmMemory memory)
{
    /// <summary>Hints at what changed, but for what was there already and has been seen.</summary>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A machine that appears while the listening begins is in its first answer, and in no change after that.
        var seen = memory.Known;
        var folder = await inventory.FolderAsync(cancellationToken);
        await using var changes = await query.ListenAsync(folder, cancellationToken);
        var known = new Dictionary<MoRef, ManagedObject>();
        foreach (var there in await changes.NextAsync(cancellationToken))
        {
            known[there.Object.Ref] = there.Object;
            if (Read(there.Object) is { } vm && !seen.Contains(vm.Uuid) && HintOf(vm, installation) is { } hint)
            {
                yield return hint;
            }
        }

        while (true)
        {
            foreach (var change in await changes.NextAsync(cancellationToken))
            {
                // Later changes tell only what changed.
                var machine = known.TryGetValue(change.Object.Ref, out var before)
                    ? before with { Properties = before.Properties.SetItems(change.Object.Properties) }
                    : change.Object;
                if (change.IsGone)
                {
                    known.Remove(machine.Ref);
                }
                else
                {
                    known[machine.Ref] = machine;
                }

                if (Read(machine) is { } vm && HintOf(vm, installation) is { } hint)
                {
                    yield return hint;
                }
            }
        }
    }

    /// <summary>It as it is told, or as it was seen last.</summary>
    private Vm? Read(ManagedObject machine) => VmReader.Read(machine).Good ?? memory.Find(machine.Ref);

    private static CloudChange? HintOf(Vm vm, InstallationId installation) =>
        vm.Tags.GetValueOrDefault(MusterTags.Installation) == installation.ToString()
            ? new(
                Guid.TryParse(vm.Tags.GetValueOrDefault(MusterTags.Group), out var group) ? new GroupId(group) : null,
                new InstanceId(vm.Uuid))
            : null;
}
