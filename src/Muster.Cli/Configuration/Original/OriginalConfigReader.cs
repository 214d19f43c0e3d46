using System.Diagnostics;
using System.Net;

using Microsoft.Extensions.Logging;

using Muster.Cli.Configuration.Tables;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Toml;
using Muster.Clouds;
using Muster.Core;
using Muster.Storage.Postgres;

namespace Muster.Cli.Configuration.Original;

/// <summary>Reads <c>triton-sg.toml</c>, the original's configuration, as what it means to Muster.</summary>
/// <remarks>Told by its tables, of which <c>muster.toml</c> has none. What has no meaning any more is said, in a line each.</remarks>
internal static class OriginalConfigReader
{
    /// <summary>What the cloud is called.</summary>
    public const string CloudName = "triton";

    private const int DatabasePort = 26257, HttpPort = 3000;

    private static readonly string[] Tables = ["agent", "crdb", "gops", "http", "log", "nomad", "pprof", "triton", "tsgcli"];

    private static readonly (string Key, string Why)[] Meaningless =
    [
        ("crdb.mode", "nothing ever read it"),
        ("gops.bind", "there is no such listener"),
        ("gops.enable", "there is no such listener"),
        ("gops.port", "there is no such listener"),
        ("http.dc", "nothing ever read it"),
        ("nomad.port", "Muster keeps groups itself"),
        ("nomad.url", "Muster keeps groups itself"),
        ("pprof.bind", "there is no such listener; /metrics tells how the server is"),
        ("pprof.enable", "there is no such listener; /metrics tells how the server is"),
        ("pprof.port", "there is no such listener; /metrics tells how the server is"),
        ("tsgcli.version", "Muster is its own scale program"),
    ];

    /// <summary>Whether the file is the original's.</summary>
    public static bool IsOriginal(TomlNode.Table file) => file.Items.Count > 0 && file.Items.Keys.All(Tables.Contains);

    /// <summary>
    /// Refuses a file that is the original's and Muster's at once, as somebody writes who adds to the one what the other's page says.
    /// </summary>
    /// <exception cref="CliException">It has the original's database and a table that only Muster has.</exception>
    public static void RefuseMixture(TomlNode.Table file, string path)
    {
        var others = file.Items.Keys.Where(table => !Tables.Contains(table)).ToArray();
        if (file.Items.ContainsKey("crdb") && others.Length > 0)
        {
            throw new CliException(
                ExitCode.Usage,
                $"{path} is the original's configuration by its table crdb, and has of muster.toml: {string.Join(", ", others)}; "
                + "a file is one or the other: for anything beyond the original's settings, write a muster.toml");
        }
    }

    /// <summary>Reads it.</summary>
    /// <param name="serves">
    /// Whether a server is to run by it: then the options of its cloud are looked at too, as in a <c>muster.toml</c>.
    /// </param>
    /// <exception cref="CliException">Something is wrong with it: a line for each error.</exception>
    public static MusterConfig Read(TomlNode.Table file, string path, Terminal terminal, bool serves)
    {
        var errors = new List<TomlError>();
        var fields = new OriginalFields(file, terminal, errors);
        var config = new MusterConfig { Path = path, Data = DataDirectory.Default(terminal) };
        ReadServer(fields, config.Server, terminal);
        ReadStore(fields, config.Store, terminal);
        ReadCloud(fields, config);
        if (serves)
        {
            CheckCloud(fields, config, terminal);
        }

        AccountsReader.ReadSecrets(new TomlFields(null, "secrets", errors), config, Path.GetDirectoryName(Path.GetFullPath(path))!);
        TsgReader.Read(new TomlFields(null, "tsg", errors), config, terminal);
        Array.ForEach(Meaningless, setting => WarnIfSet(fields, setting.Key, setting.Why, terminal));
        fields.RefuseOthers();
        TomlErrors.ThrowIfAny(path, errors);
        return config;
    }

    private static void ReadServer(OriginalFields fields, ServerConfig server, Terminal terminal)
    {
        var bind = fields.Text("http.bind") ?? IPAddress.Loopback.ToString();
        var address = IPAddress.TryParse(bind, out var parsed)
            ? parsed
            : fields.Refuse("http.bind", IPAddress.Loopback, "an IP address, such as 127.0.0.1 or 0.0.0.0");
        server.Listen = new(address, fields.Port("http.port", HttpPort));
        server.LogLevel = fields.Text("log.level")?.ToUpperInvariant() switch
        {
            null or "INFO" => LogLevel.Information,
            "DEBUG" => LogLevel.Debug,
            "WARN" => LogLevel.Warning,
            "ERROR" or "FATAL" => LogLevel.Error,
            _ => fields.Refuse("log.level", LogLevel.Information, "DEBUG, INFO, WARN, ERROR or FATAL"),
        };
        server.LogFormat = fields.Text("agent.log-format") switch
        {
            null or "auto" => terminal.ErrorIsTerminal ? LogFormat.Text : LogFormat.Json,
            "json" or "zerolog" => LogFormat.Json,
            "human" => LogFormat.Text,
            _ => fields.Refuse("agent.log-format", LogFormat.Text, "auto, json, zerolog or human"),
        };
    }

    private static void ReadStore(OriginalFields fields, StoreConfig store, Terminal terminal)
    {
        var host = fields.Required("crdb.host", "the host of the database");
        var database = fields.Required("crdb.database", "the database");
        var user = fields.Required("crdb.user", "who Muster is there");
        store.Password = fields.Text("crdb.password") is { Length: > 0 } password ? password : null;
        if (fields.IsInFile("crdb.password"))
        {
            Warn(terminal, "crdb.password is in the file, which may be read with it: TSG_CRDB_PASSWORD keeps it out");
        }

        // The original spoke without TLS and without a word about it. Here somebody has to say so.
        var mode = fields.Text("crdb.sslmode") ?? "verify-full";
        var root = fields.Text("crdb.sslrootcert") is { } file ? $"&sslrootcert={Uri.EscapeDataString(file)}" : "";
        var port = fields.Port("crdb.port", DatabasePort);
        if (host.Length == 0 || database.Length == 0 || user.Length == 0)
        {
            return;
        }

        try
        {
            store.Url = PostgresUrl.Parse(
                $"postgres://{Uri.EscapeDataString(user)}@{host}:{port}/{Uri.EscapeDataString(database)}"
                + $"?sslmode={Uri.EscapeDataString(mode)}{root}",
                "crdb");
        }
        catch (InputException error)
        {
            var wrong = error.Errors[0];
            var key = wrong.Field.StartsWith("crdb.ssl", StringComparison.Ordinal) ? wrong.Field : "crdb.host";
            fields.Refuse(key, 0, wrong.Allowed);
        }
    }

    private static void ReadCloud(OriginalFields fields, MusterConfig config)
    {
        var url = fields.Text("triton.url") ?? "https://us-east-1.api.joyent.com";
        var cloud = new CloudConfig { Name = CloudName, Kind = TsgConfig.Kind };
        cloud.Options["url"] = url;
        cloud.Options["credential"] = "account";
        cloud.Options["datacenter"] = fields.Text("triton.dc") ?? "us-east-1";
        cloud.Options["key_prefix"] = fields.Text("triton.key-prefix") ?? "TSG_Management";
        if (fields.Text("triton.auth-url") is { } authority && authority != url)
        {
            cloud.Options["auth_url"] = authority;
        }

        config.Clouds.Add(cloud);
        config.Accounts.Whitelist = fields.Flag("triton.whitelist", unlessSet: true);
    }

    private static void CheckCloud(OriginalFields fields, MusterConfig config, Terminal terminal)
    {
        var cloud = config.Clouds[0];
        foreach (var wrong in CloudKinds.Check(
            cloud.Kind, CloudSetups.Of(cloud, config.Data, terminal.Time, terminal.Random, say: _ => { })))
        {
            fields.Refuse(SettingOf(wrong.Field), 0, wrong.Allowed);
        }
    }

    private static string SettingOf(string option) => option switch
    {
        "url" => "triton.url",
        "auth_url" => "triton.auth-url",
        "datacenter" => "triton.dc",
        "key_prefix" => "triton.key-prefix",
        _ => throw new UnreachableException($"the original has no setting for the option {option}"),
    };

    private static void WarnIfSet(OriginalFields fields, string key, string why, Terminal terminal)
    {
        if (fields.Text(key) is not null)
        {
            Warn(terminal, $"{fields.NameOf(key)} means nothing any more: {why}");
        }
    }

    private static void Warn(Terminal terminal, string text) => terminal.Error.WriteLine($"muster: {text}");
}
