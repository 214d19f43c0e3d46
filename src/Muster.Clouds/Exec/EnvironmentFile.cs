using System.Collections.Immutable;

using Muster.Clouds.Kit;

namespace Muster.Clouds.Exec;

/// <summary>Secrets for an executable: a file of <c>NAME=value</c> lines that only its owner may read.</summary>
/// <remarks>A value is everything after the first <c>=</c>, without quoting, as in systemd's and Docker's simplest form.</remarks>
internal static class EnvironmentFile
{
    /// <exception cref="FormatException">A line is none, or others may read it; never shows a value.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ImmutableSortedDictionary<string, string> Read(string path, CloudFiles files)
    {
        if (files.IsOpenToOthers(path))
        {
            throw new FormatException("a file that only its owner may read: chmod 600 it");
        }

        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in files.ReadText(path).Split('\n'))
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            var split = text.IndexOf('=', StringComparison.Ordinal);
            if (split < 1 || !IsName(text[..split]))
            {
                throw new FormatException($"NAME=value on every line; line {number} is something else");
            }

            variables[text[..split]] = text[(split + 1)..];
        }

        return variables.ToImmutable();
    }

    /// <summary>Whether it names an environment variable, as POSIX has it (XBD 3.216).</summary>
    public static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
