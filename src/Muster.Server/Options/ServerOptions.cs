using System.Collections.Immutable;
using System.Net;

using Muster.Core;
using Muster.Core.Groups;

namespace Muster.Server.Options;

/// <summary>How the server runs.</summary>
public sealed class ServerOptions
{
    /// <summary>The port of <c>muster dev</c>.</summary>
    public const int PortDefault = 7474;

    /// <summary>Where to listen; port 0 takes a free one.</summary>
    /// <value>127.0.0.1:7474 unless set.</value>
    public IPEndPoint Listen { get; set; } = new(IPAddress.Loopback, PortDefault);

    /// <summary>Who may come in.</summary>
    /// <value>Bearer tokens unless set.</value>
    public AuthenticationMode Authentication { get; set; } = AuthenticationMode.BearerTokens;

    /// <summary>Most instances of one group.</summary>
    /// <value>1000 unless set; 0 to 100000.</value>
    public int CapacityLimit { get; set; } = GroupRules.CapacityLimitDefault;

    /// <summary>Largest request body, in bytes.</summary>
    /// <value>1 MiB unless set; from 1 KiB: user data of 64 KiB fits with room for escapes.</value>
    public int BodyBytesMax { get; set; } = 1024 * 1024;

    /// <summary>Connections at once.</summary>
    /// <value>10000 unless set: each costs a few kilobytes.</value>
    public int ConnectionsMax { get; set; } = 10_000;

    /// <summary>Followers of events at once; a further one is refused.</summary>
    /// <value>256 unless set: each reads the store every <see cref="EventPollInterval"/>.</value>
    public int EventStreamsMax { get; set; } = 256;

    /// <summary>How often the store is asked for events that other processes recorded; this one's own come at once.</summary>
    /// <value>1 second unless set; 10 ms to 1 minute.</value>
    public TimeSpan EventPollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest silence on a stream of events: below what proxies cut.</summary>
    /// <value>15 seconds unless set; 10 ms to 1 minute.</value>
    public TimeSpan EventHeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a stop waits for requests in flight.</summary>
    /// <value>10 seconds unless set.</value>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The commands that hooks may name, by name: others are refused where a group is made or changed.</summary>
    /// <value>None unless set.</value>
    public ImmutableArray<string> HookCommands { get; set; } = [];

    /// <summary>Who this server is, in leases; empty where none is taken.</summary>
    public string Holder { get; set; } = "";

    /// <summary>The program's version, for status, metrics and the OpenAPI document.</summary>
    public string Version { get; set; } = "0.1.0";

    /// <summary>Logs as JSON, an object a line.</summary>
    public bool JsonLogs { get; set; }

    /// <summary>The least that is logged of Muster; of the web framework, warnings and worse.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <summary>Adds further log providers; null for none.</summary>
    public Action<ILoggingBuilder>? ConfigureLogging { get; set; }

    /// <summary>Adds every wrong option.</summary>
    public void Check(ImmutableArray<InputError>.Builder errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (Authentication is AuthenticationMode.LoopbackWithoutAuthentication && !IPAddress.IsLoopback(Listen.Address))
        {
            errors.Add(new("listen", Listen.ToString(), "a loopback address (127.0.0.1, ::1) as long as no authentication is configured"));
        }

        Check("capacity_limit", CapacityLimit, 0, 100_000);
        Check("body_bytes_max", BodyBytesMax, 1024, 64 * 1024 * 1024);
        Check("connections_max", ConnectionsMax, 1, 1_000_000);
        Check("event_streams_max", EventStreamsMax, 0, 100_000);
        Check("event_poll_interval_ms", EventPollInterval.TotalMilliseconds, 10, 60_000);
        Check("event_heartbeat_interval_ms", EventHeartbeatInterval.TotalMilliseconds, 10, 60_000);
        Check("shutdown_timeout_ms", ShutdownTimeout.TotalMilliseconds, 0, 600_000);

        void Check(string field, double value, double min, double max)
        {
            if (!(value >= min && value <= max))
            {
                errors.Add(new(field, FormattableString.Invariant($"{value}"), FormattableString.Invariant($"{min} to {max}")));
            }
        }
    }
}
