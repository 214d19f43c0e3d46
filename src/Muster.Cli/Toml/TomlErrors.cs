using Muster.Cli.Exits;

namespace Muster.Cli.Toml;

/// <summary>Every wrong field of a file, at once.</summary>
internal static class TomlErrors
{
    /// <summary>Throws when there is any, with a line for each in the order of the file.</summary>
    /// <exception cref="CliException">There is at least one.</exception>
    public static void ThrowIfAny(string path, IEnumerable<TomlError> errors)
    {
        var lines = errors.OrderBy(error => error.Line)
            .ThenBy(error => error.Field, StringComparer.Ordinal)
            .Select(error => error.In(path))
            .ToList();
        if (lines.Count > 0)
        {
            throw new CliException(ExitCode.Usage, string.Join('\n', lines));
        }
    }
}
