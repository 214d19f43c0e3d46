using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Muster.Records;

/// <summary>The words of one kind of choice, as stores keep them and as they travel (<see cref="WordTables"/>).</summary>
public static class Words<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> Names =
        WordTables.Of<T>().ToFrozenDictionary(entry => entry.Value, entry => entry.Word);

    private static readonly FrozenDictionary<string, T> Values =
        WordTables.Of<T>().ToFrozenDictionary(entry => entry.Word, entry => entry.Value, StringComparer.Ordinal);

    /// <summary>The word of a value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has no word: a bug.</exception>
    [SuppressMessage("Design", "CA1000", Justification = "One table a type is what this class is.")]
    public static string Of(T value) => Names.TryGetValue(value, out var word)
        ? word
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"{typeof(T).Name} has no such word");

    /// <summary>The value of a word.</summary>
    /// <exception cref="InvalidDataException">It is no word of this kind.</exception>
    [SuppressMessage("Design", "CA1000", Justification = "One table a type is what this class is.")]
    public static T Parse(string word) =>
        TryParse(word, out var value)
            ? value
            : throw new InvalidDataException($"the store holds '{word}' where a {typeof(T).Name} belongs");

    /// <summary>The value of a word, if it is one of this kind.</summary>
    [SuppressMessage("Design", "CA1000", Justification = "One table a type is what this class is.")]
    public static bool TryParse(string word, out T value) => Values.TryGetValue(word, out value);
}
