using System.Net;

using Microsoft.Extensions.Logging;

using Muster.Cli.Configuration.Original;
using Muster.Cli.Configuration.Tables;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Toml;
using Muster.Cli.Wording;
using Muster.Clouds;
using Muster.Core;
using Muster.Core.Reconciling;
using Muster.Core.Steering.Rounds;
using Muster.Server;

namespace Muster.Cli.Configuration.Files;

/// <summary>Reads <c>muster.toml</c> and reports everything that is wrong with it at once.</summary>
internal static class ConfigReader
{
    private static readonly Choices<LogFormat> LogFormats = new(("text", LogFormat.Text), ("json", LogFormat.Json));
    private static readonly Choices<AuthMode> AuthModes = new(("tokens", AuthMode.Tokens), ("none", AuthMode.None));
    private static readonly Choices<PulseKind> PulseKinds = new(("embedded", PulseKind.Embedded), ("nomad", PulseKind.Nomad));
    private static readonly Choices<LogLevel> LogLevels = new(
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warn", LogLevel.Warning),
        ("error", LogLevel.Error));

    /// <summary>Reads a file.</summary>
    /// <exception cref="CliException">It cannot be read or something in it is wrong: a line for each error.</exception>
    public static MusterConfig Read(string path, Terminal terminal) => Read(path, terminal, serves: false);

    /// <summary>Reads a file that a server is to run by: looks also at what it names on this machine.</summary>
    /// <exception cref="CliException">It cannot be read or something in it is wrong: a line for each error.</exception>
    public static MusterConfig ReadToServe(string path, Terminal terminal) => Read(path, terminal, serves: true);

    private static MusterConfig Read(string path, Terminal terminal, bool serves)
    {
        var file = TomlFile.Read(path);
        if (OriginalConfigReader.IsOriginal(file))
        {
            return OriginalConfigReader.Read(file, path, terminal, serves);
        }

        OriginalConfigReader.RefuseMixture(file, path);

        var full = Path.GetFullPath(path);
        var errors = new List<TomlError>();
        var root = new TomlFields(file, "", errors);
        var config = new MusterConfig { Path = path };
        var directory = Path.GetDirectoryName(full)!;
        config.Data = ConfigPath.Full(directory, root.Text("data")) ?? DataDirectory.Default(terminal);

        config.Paused = root.Flag("paused") ?? false;

        ReadServer(root.Table("server"), config.Server, auth: ReadAuth(root.Table("auth"), config.Auth));
        StoreReader.Read(root.Table("store"), config, directory, terminal);
        ReadLimits(root.Table("limits"), config.Limits);
        var pulse = root.Table("pulse");
        ReadPulse(pulse, config.Pulse);
        ReadSteering(root.Table("steering"), config.Steering);
        HooksReader.Read(root, config.Hooks, directory);
        NomadReader.Read(root.Table("nomad"), config.Nomad, directory, terminal);
        if (config.Pulse.Kind is PulseKind.Nomad && !config.Nomad.IsGiven)
        {
            pulse.Refuse("kind", "embedded, as long as there is no [nomad] that says where Nomad is");
        }

        AccountsReader.ReadAccounts(root.Table("accounts"), config.Accounts);
        AccountsReader.ReadSecrets(root.Table("secrets"), config, directory);
        ReadClouds(root, config);
        TsgReader.Read(root.Table("tsg"), config, terminal);
        PricesReader.Read(root, config, directory);
        MetricsReader.Read(root, config, directory);
        TrafficReader.Read(root, config, directory);
        root.RefuseOthers();
        if (serves)
        {
            ServingCheck.Run(root, config, terminal);
        }

        TomlErrors.ThrowIfAny(path, errors);
        return config;
    }

    private static AuthMode ReadAuth(TomlFields fields, AuthConfig auth)
    {
        auth.Mode = fields.Choice("mode", auth.Mode, AuthModes);
        fields.RefuseOthers();
        return auth.Mode;
    }

    private static void ReadServer(TomlFields fields, ServerConfig server, AuthMode auth)
    {
        if (fields.Text("listen") is { } listen)
        {
            try
            {
                server.Listen = ListenAddress.Parse(listen);
            }
            catch (InputException error)
            {
                fields.Refuse("listen", error.Errors[0].Allowed);
            }
        }

        if (auth is AuthMode.None && !IPAddress.IsLoopback(server.Listen.Address))
        {
            fields.Refuse("listen", "a loopback address such as 127.0.0.1:7474 as long as auth.mode is 'none'");
        }

        if (fields.Text("url") is { } url)
        {
            if (Uri.TryCreate(url, UriKind.Absolute, out var address)
                && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
                && address is { Query.Length: 0, Fragment.Length: 0, UserInfo.Length: 0 })
            {
                server.Url = url.TrimEnd('/');
            }
            else
            {
                fields.Refuse(
                    "url", "where instances reach this server: https://muster.example.com, or http:// within a network of one's own");
            }
        }

        server.LogFormat = fields.Choice("log_format", server.LogFormat, LogFormats);
        server.LogLevel = fields.Choice("log_level", server.LogLevel, LogLevels);
        fields.RefuseOthers();
    }

    private static void ReadLimits(TomlFields fields, LimitsConfig limits)
    {
        limits.CapacityMax = fields.Number("capacity_max", 0, 100_000) ?? limits.CapacityMax;
        limits.ConnectionsMax = fields.Number("connections_max", 1, 1_000_000);
        limits.EventStreamsMax = fields.Number("event_streams_max", 0, 100_000) ?? limits.EventStreamsMax;
        fields.RefuseOthers();
    }

    private static void ReadPulse(TomlFields fields, PulseConfig pulse)
    {
        pulse.Kind = fields.Choice("kind", pulse.Kind, PulseKinds);
        pulse.ActingMax = fields.Number("acting_max", 1, 10_000);
        pulse.LaunchExpiry = fields.Duration("launch_expiry", TimeSpan.FromSeconds(10), TimeSpan.FromHours(1));
        pulse.Lease = fields.Duration("lease", ReconcilerOptions.LeaseDurationMin, ReconcilerOptions.LeaseDurationMax);
        pulse.StopTimeout = fields.Duration("stop_timeout", TimeSpan.Zero, TimeSpan.FromMinutes(10));
        fields.RefuseOthers();
    }

    private static void ReadSteering(TomlFields fields, SteeringConfig steering)
    {
        steering.Interval = fields.Duration("interval", SteeringOptions.IntervalMin, SteeringOptions.IntervalMax);
        fields.RefuseOthers();
    }

    private static void ReadClouds(TomlFields root, MusterConfig config)
    {
        var tables = root.Tables("cloud");
        if (!root.Has("cloud"))
        {
            root.Refuse("cloud", "at least one [[cloud]] with a name and a kind");
        }

        foreach (var fields in tables)
        {
            var cloud = new CloudConfig
            {
                Name = fields.RequiredText("name", EntityName.Rule),
                Kind = fields.RequiredText("kind", string.Join(", ", CloudKinds.Names)),
                ReadsPerSecond = fields.Rate("reads_per_second", 0.01, 100_000),
                WritesPerSecond = fields.Rate("writes_per_second", 0.01, 100_000),
                Burst = fields.Number("burst", 1, 100_000),
                Options = fields.Map("options"),
                Accounts = fields.Has("accounts") ? fields.Texts("accounts") : null,
            };
            if (fields.IsList("accounts")
                && cloud.Accounts is { } accounts
                && (accounts.Count == 0 || accounts.Any(string.IsNullOrWhiteSpace)))
            {
                fields.Refuse("accounts", "names of accounts, at least one, such as [\"default\"]");
            }

            RefuseWrong(fields, cloud, config.Clouds);
            fields.RefuseOthers();
            config.Clouds.Add(cloud);
        }
    }

    private static void RefuseWrong(TomlFields fields, CloudConfig cloud, List<CloudConfig> before)
    {
        if (cloud.Name.Length > 0 && !EntityName.IsValid(cloud.Name))
        {
            fields.Refuse("name", EntityName.Rule);
        }
        else if (cloud.Name.Length > 0 && before.Any(other => other.Name == cloud.Name))
        {
            fields.Refuse("name", "a name of its own: another [[cloud]] has this one");
        }

        if (cloud.Kind.Length > 0 && !CloudKinds.Names.Contains(cloud.Kind))
        {
            fields.Refuse("kind", string.Join(", ", CloudKinds.Names));
        }
    }
}
