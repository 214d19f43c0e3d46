using Mono.Cecil;

namespace Muster.Cli.Tests.Rooms;

/// <summary>Which namespaces of an assembly use which others.</summary>
internal sealed class NamespaceGraph
{
    private NamespaceGraph(IReadOnlyList<NamespaceUse> uses) => Uses = uses;

    /// <summary>Every use.</summary>
    public IReadOnlyList<NamespaceUse> Uses { get; }

    /// <summary>Reads a compiled assembly.</summary>
    /// <param name="path">The assembly's file.</param>
    /// <param name="root">The namespace to look at, with those below it; generated code elsewhere is nobody's room.</param>
    public static NamespaceGraph Read(string path, string root)
    {
        using var module = ModuleDefinition.ReadModule(path);
        var uses =
            from type in module.Types
            where IsBelow(type)
            from used in TypeUses.Of(type)
            where IsBelow(used) && used.Namespace != type.Namespace
            select new NamespaceUse(type.Namespace, used.Namespace, type.Name, used.Name);
        return new([.. uses.OrderBy(use => $"{use.From} {use.To} {use.User} {use.Used}", StringComparer.Ordinal)]);

        bool IsBelow(TypeDefinition type) => type.Namespace == root || type.Namespace.StartsWith($"{root}.", StringComparison.Ordinal);
    }

    /// <summary>Returns the largest sets of namespaces of which each uses every other, directly or by way of others.</summary>
    public IReadOnlyList<NamespaceCircle> FindCircles()
    {
        var next = Uses.ToLookup(use => use.From, use => use.To);
        var reach = next.ToDictionary(from => from.Key, from => Reach(from.Key, next));
        return
        [
            .. reach.Keys
                .Where(name => Meet(name, name))
                .GroupBy(name => reach.Keys.First(other => Meet(name, other)))
                .Select(circle => new NamespaceCircle(
                    [.. circle], [.. Uses.Where(use => circle.Contains(use.From) && circle.Contains(use.To))])),
        ];

        bool Meet(string one, string other) => reach[one].Contains(other) && reach.TryGetValue(other, out var back) && back.Contains(one);
    }

    private static HashSet<string> Reach(string from, ILookup<string, string> next)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>(next[from]);
        while (open.TryPop(out var name))
        {
            if (reached.Add(name))
            {
                foreach (var further in next[name])
                {
                    open.Push(further);
                }
            }
        }

        return reached;
    }
}
