using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Toml;

namespace Muster.Cli.Configuration.Files;

/// <summary>Adds to a configuration file what makes it no worse.</summary>
internal static class ConfigAppending
{
    /// <summary>Adds a block at the end of a file, or makes the file.</summary>
    /// <exception cref="CliException">
    /// The file cannot be read or written, or is wrong with the block in it: a line for each error, and nothing is written.
    /// </exception>
    public static void Append(string path, string block, Terminal terminal)
    {
        var isThere = File.Exists(path);
        var before = isThere ? TomlFile.ReadText(path) : "";
        var between = before.Length == 0 ? "" : before.EndsWith('\n') ? "\n" : "\n\n";

        // A link stays a link: what it leads to is changed. Beside the file, so that paths in it mean the same, and so that one takes the
        // place of the other at once.
        var target = (isThere ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? path;
        var draft = $"{target}.new";
        try
        {
            using (var stream = new FileStream(draft, DraftOptions(target)))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(before + between + block));
                stream.Flush(flushToDisk: true);
            }

            try
            {
                ConfigReader.Read(draft, terminal);
                File.Move(draft, target, overwrite: true);
            }
            finally
            {
                File.Delete(draft);
            }
        }
        catch (CliException error)
        {
            throw new CliException(error.Code, error.Message.Replace(draft, path, StringComparison.Ordinal), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{path} cannot be written: {error.Message}", error);
        }
    }

    private static FileStreamOptions DraftOptions(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = File.Exists(path)
                ? File.GetUnixFileMode(path)
                : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        }

        return options;
    }
}
