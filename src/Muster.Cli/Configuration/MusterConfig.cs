using System.Net;

using Microsoft.Extensions.Logging;

using Muster.Cli.Exits;
using Muster.Core.Groups;
using Muster.Core.Prices;
using Muster.Nomad.Client;
using Muster.Nomad.Jobs;
using Muster.Server.Telling;
using Muster.Storage.Postgres;

namespace Muster.Cli.Configuration;

/// <summary>What <c>muster.toml</c> says: how <c>muster server</c> runs. <c>docs/configuration.md</c> explains every field.</summary>
internal sealed class MusterConfig
{
    /// <summary>The file it was read from, for messages.</summary>
    public required string Path { get; init; }

    /// <summary>Where the store and the local cloud live unless they say otherwise; absolute.</summary>
    public string Data { get; set; } = "";

    /// <summary>Whether each start pauses the installation.</summary>
    public bool Paused { get; set; }

    /// <summary><c>[server]</c></summary>
    public ServerConfig Server { get; } = new();

    /// <summary><c>[store]</c></summary>
    public StoreConfig Store { get; } = new();

    /// <summary><c>[auth]</c></summary>
    public AuthConfig Auth { get; } = new();

    /// <summary><c>[limits]</c></summary>
    public LimitsConfig Limits { get; } = new();

    /// <summary><c>[pulse]</c></summary>
    public PulseConfig Pulse { get; } = new();

    /// <summary><c>[steering]</c></summary>
    public SteeringConfig Steering { get; } = new();

    /// <summary><c>[hooks]</c> and <c>[[hook_command]]</c></summary>
    public HooksConfig Hooks { get; } = new();

    /// <summary><c>[nomad]</c></summary>
    public NomadConfig Nomad { get; } = new();

    /// <summary><c>[accounts]</c></summary>
    public AccountsConfig Accounts { get; } = new();

    /// <summary><c>[secrets]</c></summary>
    public SecretsConfig Secrets { get; } = new();

    /// <summary><c>[tsg]</c></summary>
    public TsgConfig Tsg { get; } = new();

    /// <summary><c>[prices]</c> and <c>[[price]]</c></summary>
    public PricesConfig Prices { get; } = new();

    /// <summary><c>[[metrics]]</c>, in the order of the file.</summary>
    public List<MetricConfig> Metrics { get; } = [];

    /// <summary><c>[[traffic]]</c>, in the order of the file.</summary>
    public List<TrafficConfig> Traffic { get; } = [];

    /// <summary><c>[[cloud]]</c>, in the order of the file.</summary>
    public List<CloudConfig> Clouds { get; } = [];

    /// <summary>
    /// The cloud that a command for the original's clients is about: the one it names, or the one that <c>/v1/tsg</c> shows.
    /// </summary>
    /// <param name="name">The option <c>--cloud</c>; null when it was not given.</param>
    /// <exception cref="CliException">There is none of that name and kind, or nobody said which of several.</exception>
    public CloudConfig FindTsgCloud(string? name)
    {
        var known = Clouds.Where(cloud => cloud.Kind == TsgConfig.Kind).Select(cloud => cloud.Name).ToArray();
        name ??= Tsg.Cloud ?? known switch
        {
            [var only] => only,
            [] => throw new CliException(ExitCode.Usage, $"{Path} has no [[cloud]] of kind {TsgConfig.Kind}"),
            _ => throw new CliException(
                ExitCode.Usage, $"{Path} has several clouds of kind {TsgConfig.Kind}: name one with --cloud: {string.Join(", ", known)}"),
        };
        return Clouds.Find(candidate => candidate.Name == name && candidate.Kind == TsgConfig.Kind)
            ?? throw new CliException(
                ExitCode.Usage,
                $"--cloud is '{name}': a [[cloud]] of kind {TsgConfig.Kind} in {Path}: "
                + $"{(known is [] ? "none" : string.Join(", ", known))}");
    }
}

/// <summary>Where the API is served and how it is logged.</summary>
internal sealed class ServerConfig
{
    /// <summary>Address and port.</summary>
    public IPEndPoint Listen { get; set; } = new(IPAddress.Loopback, Muster.Server.Options.ServerOptions.PortDefault);

    /// <summary>Where instances reach it, without a slash at the end; null for where it listens, unless that is every address.</summary>
    public string? Url { get; set; }

    /// <summary>Logs as text or JSON.</summary>
    public LogFormat LogFormat { get; set; } = LogFormat.Text;

    /// <summary>The least that is logged.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;
}

/// <summary>How logs are written.</summary>
internal enum LogFormat
{
    /// <summary>A line an event, for people.</summary>
    Text,

    /// <summary>An object a line, for programs.</summary>
    Json,
}

/// <summary>Where everything is remembered.</summary>
internal sealed class StoreConfig
{
    /// <summary>The SQLite file; absolute. Of no meaning when there is a <see cref="Url"/>.</summary>
    public string Path { get; set; } = "";

    /// <summary>Where PostgreSQL or CockroachDB is; null for SQLite. Never holds a password.</summary>
    public PostgresUrl? Url { get; set; }

    /// <summary>The password of the URL's user, from a file or the environment; null when there is none. Never to be shown.</summary>
    public string? Password { get; set; }

    /// <summary>Connections of this process at most; null for the default.</summary>
    public int? ConnectionsMax { get; set; }

    /// <summary>How long one statement may take; null for the default.</summary>
    public TimeSpan? StatementTimeout { get; set; }

    /// <summary>Whether a start brings the store to this version's schema.</summary>
    public bool Migrate { get; set; } = true;
}

/// <summary>Who may come in.</summary>
internal sealed class AuthConfig
{
    /// <summary>How callers show who they are.</summary>
    public AuthMode Mode { get; set; } = AuthMode.Tokens;
}

/// <summary>How callers show who they are.</summary>
internal enum AuthMode
{
    /// <summary>Bearer tokens.</summary>
    Tokens,

    /// <summary>Not at all; on a loopback address only.</summary>
    None,
}

/// <summary>What the installation allows.</summary>
internal sealed class LimitsConfig
{
    /// <summary>Most instances of one group.</summary>
    public int CapacityMax { get; set; } = GroupRules.CapacityLimitDefault;

    /// <summary>Connections at once; null for as many as usual.</summary>
    public int? ConnectionsMax { get; set; }

    /// <summary>Followers of events at once.</summary>
    public int EventStreamsMax { get; set; } = 256;
}

/// <summary>The facade for clients of the original Triton Service Groups.</summary>
internal sealed class TsgConfig
{
    /// <summary>What drives the clouds that it can show.</summary>
    public const string Kind = "triton";

    /// <summary>Whether it may be there at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The cloud it shows; null for the only one of its kind.</summary>
    public string? Cloud { get; set; }

    /// <summary>Whether it asks nobody who they are, by the environment's word.</summary>
    public bool DevMode { get; set; }

    /// <summary>The cloud it shows, or null: it is off, or nobody said which of several, or there is none.</summary>
    public string? CloudOf(IEnumerable<CloudConfig> clouds) => !Enabled
        ? null
        : Cloud ?? (clouds.Where(cloud => cloud.Kind == Kind).Take(2).ToArray() is [var only] ? only.Name : null);

    /// <summary>Whether accounts come in by their own signatures, so that nobody needs a token.</summary>
    public bool TakesSignatures(IReadOnlyCollection<CloudConfig> clouds) =>
        CloudOf(clouds) is { } name
        && clouds.Any(cloud => cloud.Name == name && cloud.Options.GetValueOrDefault("credential") == "account");
}

/// <summary>How level checks are made.</summary>
internal sealed class PulseConfig
{
    /// <summary>What makes them happen.</summary>
    public PulseKind Kind { get; set; } = PulseKind.Embedded;

    /// <summary>Checks that act at once on one account and cloud; null for the default.</summary>
    public int? ActingMax { get; set; }

    /// <summary>How long a launch of unknown outcome counts before it expires; null for the default.</summary>
    public TimeSpan? LaunchExpiry { get; set; }

    /// <summary>How long a lease lasts unless renewed; null for the default.</summary>
    public TimeSpan? Lease { get; set; }

    /// <summary>How long a stop waits for what is in flight; null for the default.</summary>
    public TimeSpan? StopTimeout { get; set; }
}

/// <summary>How policies are asked.</summary>
internal sealed class SteeringConfig
{
    /// <summary>Time between two rounds; null for the default.</summary>
    public TimeSpan? Interval { get; set; }
}

/// <summary>How hooks are told.</summary>
internal sealed class HooksConfig
{
    /// <summary>Signs web hooks; null where nobody gave a secret.</summary>
    public HookSignature? Signature { get; set; }

    /// <summary>The commands that hooks may name, in the order of the file.</summary>
    public List<HookCommand> Commands { get; } = [];
}

/// <summary>What makes level checks happen.</summary>
internal enum PulseKind
{
    /// <summary>The server itself.</summary>
    Embedded,

    /// <summary>Nomad: a periodic job for each group.</summary>
    Nomad,
}

/// <summary>Where Nomad is, and how its jobs are made.</summary>
internal sealed class NomadConfig
{
    /// <summary>Whether the file has <c>[nomad]</c>.</summary>
    public bool IsGiven { get; set; }

    /// <summary>Where, and as whom.</summary>
    public NomadOptions Options { get; set; } = new();

    /// <summary>How jobs are made.</summary>
    public JobSettings Jobs { get; } = new();

    /// <summary>Time between two looks at all jobs; null for the default.</summary>
    public TimeSpan? Rounds { get; set; }
}

/// <summary>What instances cost.</summary>
internal sealed class PricesConfig
{
    /// <summary>A file with more of them, which is read again when it changes; absolute. Null for none.</summary>
    public string? File { get; set; }

    /// <summary>What was in the file; null where there is none.</summary>
    public string? FileText { get; set; }

    /// <summary>Those of the configuration itself.</summary>
    public List<Price> Fixed { get; set; } = [];

    /// <summary>Those of the configuration and the file, as they were read together.</summary>
    public PriceBook Book { get; set; } = PriceBook.Empty;
}

/// <summary>Where the readings of one metric come from.</summary>
internal sealed class MetricConfig
{
    /// <summary>What policies call it.</summary>
    public string Name { get; set; } = "";

    /// <summary>The kind of its source.</summary>
    public string Source { get; set; } = "";

    /// <summary>The options of that kind, which checks them itself; files by their whole paths.</summary>
    public Dictionary<string, string> Options { get; set; } = [];

    /// <summary>Time between two reads; null for the default.</summary>
    public TimeSpan? Every { get; set; }

    /// <summary>How long a read may take; null for the default.</summary>
    public TimeSpan? Timeout { get; set; }
}

/// <summary>What takes instances in and out of service.</summary>
internal sealed class TrafficConfig
{
    /// <summary>What groups call it.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its kind.</summary>
    public string Kind { get; set; } = "";

    /// <summary>The options of that kind, which checks them itself; files by their whole paths.</summary>
    public Dictionary<string, string> Options { get; set; } = [];
}

/// <summary>One cloud to launch on.</summary>
internal sealed class CloudConfig
{
    /// <summary>What templates call it.</summary>
    public string Name { get; set; } = "";

    /// <summary>What drives it.</summary>
    public string Kind { get; set; } = "";

    /// <summary>The options of its kind; the kind itself checks them when it is opened.</summary>
    public Dictionary<string, string> Options { get; set; } = [];

    /// <summary>The accounts that may use it, by name; null for what its kind has for a default.</summary>
    public List<string>? Accounts { get; set; }

    /// <summary>Read calls a second; null for the cloud's own default.</summary>
    public double? ReadsPerSecond { get; set; }

    /// <summary>Write calls a second; null for the cloud's own default.</summary>
    public double? WritesPerSecond { get; set; }

    /// <summary>Calls at once after a quiet time; null for the cloud's own default.</summary>
    public int? Burst { get; set; }
}
