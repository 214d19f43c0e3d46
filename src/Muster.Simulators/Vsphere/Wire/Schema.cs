using System.Collections.Immutable;

namespace Muster.Simulators.Vsphere.Wire;

/// <summary>The types and methods of <c>schema.txt</c>.</summary>
internal static class Schema
{
    private const string Resource = "Muster.Simulators.Vsphere.schema.txt";

    private static readonly Dictionary<string, (string? Base, ImmutableArray<Field> Own)> Types = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, ImmutableArray<Field>> Methods = new(StringComparer.Ordinal);

    static Schema()
    {
        using var reader = new StreamReader(typeof(Schema).Assembly.GetManifestResourceStream(Resource)!);
        while (reader.ReadLine() is { } line)
        {
            if (line is not ['#', ..])
            {
                Take(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }
    }

    /// <summary>A method's parameters, in order; null where the simulator does not know it.</summary>
    public static ImmutableArray<Field>? Method(string name) => Methods.TryGetValue(name, out var fields) ? fields : null;

    /// <summary>Whether a type is known.</summary>
    public static bool Knows(string type) => Types.ContainsKey(type);

    /// <summary>Whether one type is another, or derived of it.</summary>
    public static bool IsA(string type, string other) =>
        type == other || (Types.TryGetValue(type, out var known) && known.Base is { } parent && IsA(parent, other));

    /// <summary>A type's fields in order: those of its base first.</summary>
    public static IEnumerable<Field> Fields(string type) =>
        Types.TryGetValue(type, out var known) ? (known.Base is { } parent ? Fields(parent) : []).Concat(known.Own) : [];

    private static void Take(string[] words)
    {
        ImmutableArray<Field> fields = [.. words.Skip(1).Select(Read)];
        if (words[0][0] == '!')
        {
            Methods.Add(words[0][1..], fields);
            return;
        }

        var parts = words[0].Split('<');
        Types.Add(parts[0], (parts.Length > 1 ? parts[1] : null, fields));
    }

    private static Field Read(string word)
    {
        var at = word.IndexOf(':', StringComparison.Ordinal);
        var end = word[^1];
        return new(word[..at], word[(at + 1)..].TrimEnd('*', '?'), end == '*', end is '*' or '?');
    }
}
