using System.Diagnostics.CodeAnalysis;

namespace Muster.Core.Options;

/// <summary>Reads the text of an option.</summary>
/// <returns>Whether it is one that the option takes.</returns>
public delegate bool OptionParser<T>(string text, [MaybeNullWhen(false)] out T value);

/// <summary>An option with the values that it takes.</summary>
public sealed class ConfigOption<T> : ConfigOption
{
    /// <summary>What it takes, in words, for refusals: <c>1 to 256</c>.</summary>
    public required string Allowed { get; init; }

    /// <summary>Reads it.</summary>
    public required OptionParser<T> Parse { get; init; }

    /// <summary>What holds where it is not set.</summary>
    public required T Default { get; init; }

    /// <summary>Whether it must be set.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether an empty text is the same as none, as where a variable that is not set was put in.</summary>
    public bool EmptyIsUnset { get; init; }
}
