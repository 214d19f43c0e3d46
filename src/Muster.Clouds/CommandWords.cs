using System.Collections.Immutable;

using Muster.Clouds.Local.Templates;

namespace Muster.Clouds;

/// <summary>Splits a command into words as the clouds do it: POSIX quoting, and no shell.</summary>
public static class CommandWords
{
    /// <summary>Splits <paramref name="text"/>.</summary>
    /// <param name="text">The command.</param>
    /// <param name="words">At least one word; empty when refused.</param>
    /// <param name="error">What is wrong, with the position; null when nothing is.</param>
    public static bool TrySplit(string text, out ImmutableArray<string> words, out string? error) =>
        CommandLine.TrySplit(text, out words, out error);
}
