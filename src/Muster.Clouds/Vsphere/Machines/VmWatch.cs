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
        // What appears while the listening begins is there from its first answer on: it is new to whoever had not seen it before.
        var seen = memory.Known;
        var folder = await inventory.FolderAsync(cancellationToken);
        await using var changes = await query.ListenAsync(folder, cancellationToken);
        var known = new Dictionary<MoRef, ManagedObject>();
        foreach (var there in await changes.NextAsync(cancellationToken))
        {
            known[there.Object.Ref] = there.Object;
            if ((VmReader.Read(there.Object).Good ?? memory.Find(there.Object.Ref)) is { } vm && !seen.Contains(vm.Uuid)
                && HintOf(vm, installation) is { } hint)
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
                var vm = VmReader.Read(machine).Good ?? memory.Find(machine.Ref);
                if (change.IsGone)
                {
                    known.Remove(machine.Ref);
                }
                else
                {
                    known[machine.Ref] = machine;
                }

                if (vm is not null && HintOf(vm, installation) is { } hint)
                {
                    yield return hint;
                }
            }
        }
    }

    private static CloudChange? HintOf(Vm vm, InstallationId installation) =>
        vm.Tags.GetValueOrDefault(MusterTags.Installation) == installation.ToString()
            ? new(
                Guid.TryParse(vm.Tags.GetValueOrDefault(MusterTags.Group), out var group) ? new GroupId(group) : null,
                new InstanceId(vm.Uuid))
            : null;
}
