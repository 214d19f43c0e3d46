using Muster.Cli.Terminals;
using Muster.Cli.Toml;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Storage.Postgres;

namespace Muster.Cli.Configuration.Tables;

/// <summary>Reads <c>[store]</c>: a SQLite file, or the URL of a database and how it is entered.</summary>
internal static class StoreReader
{
    private const string PasswordVariable = "MUSTER_STORE_PASSWORD";

    private static readonly string[] OfUrlOnly = ["password_file", "connections_max", "statement_timeout", "migrate"];

    public static void Read(TomlFields fields, MusterConfig config, string directory, Terminal terminal)
    {
        var path = fields.Text("path");
        config.Store.Path = ConfigPath.Full(directory, path) ?? DataDirectory.Store(config.Data);
        if (path?.Contains("://", StringComparison.Ordinal) is true)
        {
            fields.Refuse("path", "the path of a SQLite file; a database is named by 'url'");
        }

        config.Store.Url = Url(fields);
        if (fields.Has("url"))
        {
            fields.Forbid("path", "left out where there is a 'url': a store is one or the other");
            config.Store.Password = Password(fields, directory, terminal);
            config.Store.ConnectionsMax = fields.Number("connections_max", 1, 1000);
            config.Store.StatementTimeout = fields.Duration("statement_timeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
            config.Store.Migrate = fields.Flag("migrate") ?? true;
        }
        else
        {
            Array.ForEach(OfUrlOnly, key => fields.Forbid(key, "left out where there is no 'url': a SQLite file needs none of it"));
        }

        fields.RefuseOthers();
    }

    private static PostgresUrl? Url(TomlFields fields)
    {
        if (fields.Text("url") is not { } text)
        {
            return null;
        }

        try
        {
            return PostgresUrl.Parse(text, "store.url");
        }
        catch (InputException error)
        {
            fields.Refuse("url", error);
            return null;
        }
    }

    /// <summary>From the file that is named, else from the environment.</summary>
    private static string? Password(TomlFields fields, string directory, Terminal terminal) =>
        SecretFile.Read(fields, "password_file", "the password", directory)
        ?? (!fields.Has("password_file") && terminal.Environment(PasswordVariable) is { Length: > 0 } password ? password : null);
}
