using System.Globalization;

using Muster.Metrics.Kit;

namespace Muster.Metrics.Http;

/// <summary>Headers in a file: <c>Name: value</c>, one a line. Their values are secret.</summary>
/// <param name="file">The file.</param>
internal sealed class HeadersText(SecretText file)
{
    private const string TokenMarks = "!#$%&'*+-.^_`|~";

    /// <summary>What is wrong with the file, by line and without any value; null when nothing is.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public string? Flaw()
    {
        var lines = file.Read().Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length > 0 && Read(lines[i]) is null)
            {
                return string.Create(CultureInfo.InvariantCulture, $"line {i + 1} is none");
            }
        }

        return null;
    }

    /// <summary>Puts them on a request.</summary>
    /// <returns>Their values.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public IReadOnlyList<string> Add(HttpRequestMessage request)
    {
        var values = new List<string>();
        foreach (var line in file.Read().Split('\n'))
        {
            if (Read(line) is var (name, value))
            {
                request.Headers.TryAddWithoutValidation(name, value);
                values.Add(value);
            }
        }

        return values;
    }

    private static (string Name, string Value)? Read(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1)
        {
            return null;
        }

        var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
        return name.All(c => char.IsAsciiLetterOrDigit(c) || TokenMarks.Contains(c, StringComparison.Ordinal))
            && value.All(c => c is >= ' ' and <= '~')
            ? (name, value)
            : null;
    }
}
