using System.Collections.Immutable;

using Muster.Clouds.Kit;

namespace Muster.Clouds.Ec2.Credentials;

/// <summary>Reads a file of sections as the <c>aws</c> program has it: <c>[name]</c>, and <c>key = value</c> below.</summary>
internal static class SharedFile
{
    private const int TextMax = 1_000_000;

    /// <summary>Why a file that the configuration names cannot be used; null when it can.</summary>
    public static string? WhyNot(string path, CloudFiles files)
    {
        try
        {
            return !files.Exists(path) ? "a file; there is none of that name"
                : files.IsOpenToOthers(path) ? $"a file of its owner alone: chmod 600 {path}"
                : Parse(files.ReadText(path)).IsEmpty ? "a file with a section: [default], and below it aws_access_key_id = ..."
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"a file that can be read ({error.Message})";
        }
    }

    /// <summary>Its sections; none where there is no such file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> Read(string path, CloudFiles files) =>
        Parse(files.Exists(path) ? files.ReadText(path) : "");

    private static ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> Parse(string text)
    {
        var sections = ImmutableSortedDictionary.CreateBuilder<string, ImmutableSortedDictionary<string, string>>(StringComparer.Ordinal);
        string? section = null;
        foreach (var line in (text.Length > TextMax ? text[..TextMax] : text).Split('\n'))
        {
            var word = line.Trim();
            if (word.Length == 0 || word[0] is '#' or ';')
            {
                continue;
            }

            if (word[0] == '[')
            {
                var end = word.IndexOf(']', StringComparison.Ordinal);
                section = end > 0 ? word[1..end].Trim() : null;
                if (section is not null)
                {
                    sections[section] = sections.GetValueOrDefault(section, ImmutableSortedDictionary<string, string>.Empty);
                }
            }
            else if (section is not null && !char.IsWhiteSpace(line[0]) && word.Split('=', 2) is [var key, var value])
            {
                // Lines that begin with a blank belong to the nested settings of other services.
                sections[section] = sections[section].SetItem(key.Trim().ToLowerInvariant(), value.Trim());
            }
        }

        return sections.ToImmutable();
    }
}
