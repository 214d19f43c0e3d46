using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Configuration;

/// <summary>Where things are kept.</summary>
internal static class DataDirectory
{
    /// <summary>The user's own: <c>$XDG_DATA_HOME/muster</c>, or <c>~/.local/share/muster</c>.</summary>
    /// <exception cref="CliException">There is no home to put it in.</exception>
    public static string Default(Terminal terminal)
    {
        if (terminal.Environment("XDG_DATA_HOME") is { Length: > 0 } data && Path.IsPathRooted(data))
        {
            return Path.Combine(data, "muster");
        }

        return terminal.Environment("HOME") is { Length: > 0 } home
            ? Path.Combine(home, ".local", "share", "muster")
            : throw new CliException(ExitCode.Usage, "there is no HOME to keep data in: say where with --data DIR");
    }

    /// <summary>The SQLite file in a data directory.</summary>
    public static string Store(string data) => Path.Combine(data, "muster.db");

    /// <summary>The key ring in a data directory.</summary>
    public static string Keyring(string data) => Path.Combine(data, "keyring");
}
