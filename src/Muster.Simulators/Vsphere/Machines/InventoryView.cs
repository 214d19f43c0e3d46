using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>Every object that there is, by reference, path and property.</summary>
internal sealed class InventoryView(VmPark park, TaskBook tasks)
{
    private const string Reference = "ManagedObjectReference";

    // Moments are what a list shows that lags; whoever asks within one sees them.
    private readonly Dictionary<string, Entity> _entities = VsphereCatalogue.Entities.ToDictionary(entity => entity.Ref.Key);

    /// <summary>An object as a data object with its properties; null where there is none.</summary>
    /// <param name="target">Which.</param>
    /// <param name="machines">The machines as they are shown.</param>
    public ObjectValue? Describe(RefValue target, IReadOnlyDictionary<string, SimulatedVm> machines)
    {
        if (target.Type == "VirtualMachine")
        {
            return machines.TryGetValue(target.Key, out var vm) ? VmDescription.Of(vm) : null;
        }

        if (target.Type == "Task")
        {
            return tasks.Find(target.Key) is { } task ? VmDescription.Of(task) : null;
        }

        if (Find(target) is not { } entity)
        {
            return null;
        }

        List<(string, Value)> fields = [("name", ScalarValue.Text(entity.Name)), .. entity.Own];
        if (entity.Parent is { } parent)
        {
            fields.Add(("parent", parent));
        }

        if (target.Type == "Folder")
        {
            fields.Add(("childEntity", new ListValue(Reference, [.. Children(target, machines)])));
        }

        return new(target.Type, fields);
    }

    /// <summary>The entity that a reference names; null where there is none.</summary>
    public Entity? Find(RefValue target) =>
        _entities.TryGetValue(target.Key, out var entity) && entity.Ref.Type == target.Type ? entity : null;

    /// <summary>The machines as lists show them now.</summary>
    public IReadOnlyDictionary<string, SimulatedVm> Shown() =>
        park.Shown(all => all.ToDictionary(vm => vm.Id, vm => (SimulatedVm)vm.Copy(), StringComparer.Ordinal));

    /// <summary>What is of that name in an object; null where nothing is.</summary>
    public RefValue? Child(RefValue parent, string name)
    {
        var entity = _entities.Values.FirstOrDefault(one => one.Parent == parent && one.Name == name)?.Ref;
        return entity ?? Machine(parent, name);
    }

    /// <summary>Where a path leads; null where nowhere.</summary>
    public RefValue? ByPath(string path)
    {
        var at = VsphereCatalogue.Ref("Folder", VsphereCatalogue.RootKey);
        foreach (var part in path.Split('/'))
        {
            if (Child(at, part) is not { } next)
            {
                return null;
            }

            at = next;
        }

        return at;
    }

    private RefValue? Machine(RefValue folder, string name) => park.Guarded(all =>
        all.FirstOrDefault(vm => folder.Type == "Folder" && vm.Folder == folder.Key && vm.Name == name) is { } vm
            ? new RefValue("VirtualMachine", vm.Id)
            : null);

    private IEnumerable<RefValue> Children(RefValue folder, IReadOnlyDictionary<string, SimulatedVm> machines) =>
        _entities.Values.Where(one => one.Parent == folder).Select(one => one.Ref)
            .Concat(machines.Values.Where(vm => vm.Folder == folder.Key).OrderBy(vm => vm.Created)
                .ThenBy(vm => vm.Id, StringComparer.Ordinal)
                .Select(vm => new RefValue("VirtualMachine", vm.Id)));
}
