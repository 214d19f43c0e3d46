using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>Finds the objects and properties of a filter's specification.</summary>
internal sealed class Selection(InventoryView inventory, Func<bool> isKeyed)
{
    private const int DepthMax = 100;

    /// <summary>The objects that a specification selects, each once, with the properties that are wanted of them.</summary>
    /// <exception cref="VimFault">It names what there is not.</exception>
    public IEnumerable<(RefValue Target, IReadOnlyList<(string Path, Value Value)> Properties)> Find(RequestNode specification)
    {
        var machines = inventory.Shown();
        var wanted = specification.All("propSet").ToArray();
        foreach (var one in wanted.Where(one => !Schema.Knows(one["type"]!.Text)))
        {
            throw VimFault.Argument($"specSet.propSet.type: {one["type"]!.Text}");
        }

        var selected = new List<RefValue>();
        foreach (var begin in specification.All("objectSet"))
        {
            var root = RequestCheck.RefOf(begin["obj"]!);
            if (inventory.Describe(root, machines) is null)
            {
                throw VimFault.Gone(root);
            }

            if (!begin.Is("skip"))
            {
                selected.Add(root);
            }

            var named = begin.All("selectSet").Where(step => step["name"] is not null && step["path"] is not null)
                .ToDictionary(step => step["name"]!.Text);
            Walk(root, begin.All("selectSet").ToArray(), named, machines, selected, 0);
        }

        foreach (var target in selected.Distinct())
        {
            var sets = wanted.Where(one => Schema.IsA(target.Type, one["type"]!.Text)).ToArray();
            if (sets.Length > 0)
            {
                var description = inventory.Describe(target, machines);
                yield return (target, [.. sets.SelectMany(one => Read(description, target.Type, one))]);
            }
        }
    }

    private IEnumerable<(string Path, Value Value)> Read(ObjectValue? description, string type, RequestNode wanted)
    {
        var paths = wanted.Is("all")
            ? description?.Fields.Select(field => field.Name) ?? []
            : wanted.All("pathSet").Select(path => path.Text);
        foreach (var path in paths)
        {
            if (PropertyPath.Find(description, type, path, isKeyed()) is { } value)
            {
                yield return (path, value);
            }
        }
    }

    private void Walk(
        RefValue from, RequestNode[] steps, Dictionary<string, RequestNode> named, IReadOnlyDictionary<string, SimulatedVm> machines,
        List<RefValue> selected, int depth)
    {
        if (depth > DepthMax)
        {
            return;
        }

        foreach (var given in steps)
        {
            var step = given["path"] is null
                ? named.GetValueOrDefault(given["name"]?.Text ?? "") ?? throw VimFault.Argument("specSet.objectSet.selectSet")
                : given;
            if (!Schema.IsA(from.Type, step["type"]!.Text))
            {
                continue;
            }

            var value = PropertyPath.Find(inventory.Describe(from, machines), from.Type, step["path"]!.Text, isKeyed: false);
            RefValue[] targets = value switch
            {
                RefValue one => [one],
                ListValue many => [.. many.Items.OfType<RefValue>()],
                _ => [],
            };
            foreach (var target in targets)
            {
                if (!step.Is("skip"))
                {
                    selected.Add(target);
                }

                Walk(target, step.All("selectSet").ToArray(), named, machines, selected, depth + 1);
            }
        }
    }
}
