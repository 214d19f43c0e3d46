using System.Net;
using System.Text;

using Muster.Core.Health;

namespace Muster.Health.Probes;

/// <summary>What the probes of a group have in common, worked out once.</summary>
public sealed class ProbePlan
{
    private const string HostName = "host";

    private readonly IPNetwork? _network;

    /// <param name="check">What the group asks for; not one by reports, which nobody probes.</param>
    public ProbePlan(HealthCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        Check = check;
        _network = check.Network is { } network && IPNetwork.TryParse(network, out var parsed) ? parsed : null;
        Host = check.Headers.FirstOrDefault(header => header.Key.Equals(HostName, StringComparison.OrdinalIgnoreCase)).Value;
        Wanted = check.BodyContains is { } text ? Encoding.UTF8.GetBytes(text) : [];
        BusyHeader = check.BusyHeader is { } header ? Encoding.ASCII.GetBytes(header) : [];
        RequestLine = Encoding.ASCII.GetBytes($"{check.Method} {check.Path} HTTP/1.1\r\nHost: ");
        FurtherHeaders = Encoding.ASCII.GetBytes(Headers(check));
    }

    /// <summary>What the group asks for.</summary>
    public HealthCheck Check { get; }

    /// <summary>The Host header that somebody asked for; null for the address.</summary>
    internal string? Host { get; }

    /// <summary>What the body must contain; nothing for anything.</summary>
    internal byte[] Wanted { get; }

    /// <summary>The header that says how busy an instance is; nothing for none.</summary>
    internal byte[] BusyHeader { get; }

    /// <summary>The request up to the name of the host.</summary>
    internal byte[] RequestLine { get; }

    /// <summary>The request after the name of the host.</summary>
    internal byte[] FurtherHeaders { get; }

    /// <summary>Whether an address is one of those that are asked.</summary>
    internal bool Takes(IPAddress address) => _network is not { } network || network.Contains(address);

    private static string Headers(HealthCheck check)
    {
        var text = new StringBuilder("\r\n");
        bool Says(string name) => check.Headers.Keys.Any(key => key.Equals(name, StringComparison.OrdinalIgnoreCase));
        foreach (var (name, value) in check.Headers)
        {
            if (!name.Equals(HostName, StringComparison.OrdinalIgnoreCase))
            {
                text.Append(name).Append(": ").Append(value).Append("\r\n");
            }
        }

        text.Append(Says("user-agent") ? "" : "User-Agent: Muster-probe\r\n");
        text.Append(Says("accept") ? "" : "Accept: */*\r\n");
        text.Append(check.Method == "POST" ? "Content-Length: 0\r\n" : "");
        return text.Append("\r\n").ToString();
    }
}
