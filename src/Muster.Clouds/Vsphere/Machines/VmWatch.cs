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
    /// <summary>Hints at what changed, but for what was there already.</summary>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = await inventory.FolderAsync(cancellationToken);
        await using var changes = await query.ListenAsync(folder, cancellationToken);
        var known = new Dictionary<MoRef, ManagedObject>();
        foreach (var there in await changes.NextAsync(cancellationToken))
        {
            known[there.Object.Ref] = there.Object;
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

                if (vm?.Tags.GetValueOrDefault(MusterTags.Installation) == installation.ToString())
                {
                    yield return new(
                        Guid.TryParse(vm.Tags.GetValueOrDefault(MusterTags.Group), out var group) ? new GroupId(group) : null,
                        new InstanceId(vm.Uuid));
                }
            }
        }
    }
}
