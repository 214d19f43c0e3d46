using Muster.Cli.Toml;
using Muster.Clouds.Kit;

namespace Muster.Cli.Configuration.Tables;

/// <summary>Reads a secret from a file that a configuration names: the secret itself is never in the configuration.</summary>
internal static class SecretFile
{
    /// <summary>What the file holds, without the end of its line; null when no file is named or it is wrong.</summary>
    /// <param name="fields">Where wrong fields are noted.</param>
    /// <param name="key">The field that names it.</param>
    /// <param name="what">What it holds, in words.</param>
    /// <param name="directory">Where relative paths count from.</param>
    public static string? Read(TomlFields fields, string key, string what, string directory)
    {
        if (ConfigPath.Full(directory, fields.Text(key)) is not { } file)
        {
            return null;
        }

        try
        {
            if (File.ReadAllText(file).TrimEnd('\r', '\n') is { Length: > 0 } secret)
            {
                return secret;
            }

            fields.Refuse(key, $"a file that holds {what} and nothing else: this one is empty");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            fields.Refuse(key, $"a file that can be read ({error.Message})");
        }

        return null;
    }
}
