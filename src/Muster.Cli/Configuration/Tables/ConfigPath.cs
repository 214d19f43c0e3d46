namespace Muster.Cli.Configuration.Tables;

/// <summary>Paths in a configuration file.</summary>
internal static class ConfigPath
{
    /// <summary>
    /// A path as the file means it: relative ones count from the file, so that it means the same wherever the server is started.
    /// </summary>
    public static string? Full(string directory, string? path) => path is null ? null : Path.GetFullPath(path, directory);
}
