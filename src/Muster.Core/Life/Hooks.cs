using System.Collections.Immutable;

namespace Muster.Core.Life;

/// <summary>The hooks of a group, in the user's order; compared by content.</summary>
/// <param name="All">Each name once.</param>
public sealed record Hooks(ImmutableArray<Hook> All)
{
    /// <summary>None: what most groups have.</summary>
    public static Hooks None { get; } = new([]);

    /// <summary>Whether any holds instances at that moment.</summary>
    public bool AnyAt(HookMoment moment)
    {
        foreach (var hook in All)
        {
            if (hook.At == moment)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The hook of that name; null for none.</summary>
    public Hook? Find(string name) => All.FirstOrDefault(hook => hook.Name == name);

    /// <inheritdoc/>
    public bool Equals(Hooks? other) => other is not null && All.SequenceEqual(other.All);

    /// <inheritdoc/>
    public override int GetHashCode() => All.Length;
}
