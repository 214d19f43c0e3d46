using System.Collections.Frozen;

namespace Muster.Storage.Rows;

/// <summary>
/// Words of the domain as the stores keep them: by name, so that a value put in between never shifts what older rows mean, and a
/// person who looks into the store can read it. A renamed value needs a migration.
/// </summary>
internal static class Words<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> Names =
        Enum.GetValues<T>().ToFrozenDictionary(value => value, value => value.ToString());

    private static readonly FrozenDictionary<string, T> Values =
        Enum.GetValues<T>().ToFrozenDictionary(value => value.ToString(), StringComparer.Ordinal);

    public static string Of(T value) => Names[value];

    public static T Parse(string name) => Values.TryGetValue(name, out var value)
        ? value
        : throw new InvalidDataException($"the store holds '{name}' where a {typeof(T).Name} belongs");
}
