using System.Net;

namespace Muster.Outbound.Proxies;

/// <summary>Which requests go through a proxy. The one place that decides it, for everything that Muster calls over HTTP.</summary>
/// <remarks>
/// <c>http_proxy</c>, <c>https_proxy</c> and, for both, <c>all_proxy</c> name a proxy, in small letters before capitals; <c>NO_PROXY</c>
/// (<see cref="NoProxyList"/>) keeps destinations away from it. This machine itself is never reached through one: a proxy elsewhere
/// would take its own loopback for ours. See docs/decisions/0100-one-policy-for-proxies.md.
/// </remarks>
public sealed class ProxyPolicy : IWebProxy, ICredentials
{
    private static readonly string[] Variables = ["https_proxy", "http_proxy", "all_proxy"];

    private static readonly Lazy<ProxyPolicy> Process = new(() => new ProxyPolicy(Environment.GetEnvironmentVariable));

    private readonly Func<string, string?> _environment;
    private readonly Lazy<NoProxyList> _exempt;

    /// <param name="environment">Reads a variable of the environment; null where it is not set.</param>
    public ProxyPolicy(Func<string, string?> environment)
    {
        _environment = environment;
        _exempt = new(() => NoProxyList.Parse(Value("no_proxy")?.Value));
    }

    /// <summary>That of this process's environment. Nothing is read before something is asked that is not on this machine.</summary>
    public static ProxyPolicy OfProcess => Process.Value;

    /// <inheritdoc/>
    /// <remarks>The credential of each proxy comes from its own variable.</remarks>
    ICredentials? IWebProxy.Credentials
    {
        get => this;
        set => throw new NotSupportedException("credentials of a proxy come from its variable");
    }

    /// <summary>
    /// Whether a destination is this machine: <c>localhost</c> and the names below it, 127.0.0.0/8, <c>::1</c>, and the address of none.
    /// </summary>
    public static bool IsThisMachine(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var host = destination.IdnHost.TrimEnd('.');
        // RFC 6761 §6.3: all names below localhost are loopback.
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (NoProxyList.Address(host) is { } address
                && (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));
    }

    /// <summary>The proxy for a destination; null when it is reached directly.</summary>
    /// <exception cref="ProxySettingException">A variable names a proxy, and nobody can use what it says.</exception>
    public ProxyRoute? For(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (IsThisMachine(destination))
        {
            return null;
        }

        var isSecure = destination.Scheme == Uri.UriSchemeHttps || destination.Scheme == Uri.UriSchemeWss;
        return (Value(isSecure ? "https_proxy" : "http_proxy") ?? Value("all_proxy")) is { } set && !_exempt.Value.Matches(destination)
            ? Read(set.Variable, set.Value)
            : null;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Its path is the variable: the platform asks for a credential by this address alone, and two variables may name one proxy with
    /// different users. Nothing of it is ever sent.
    /// </remarks>
    Uri? IWebProxy.GetProxy(Uri destination) =>
        For(destination) is { } route ? new UriBuilder(route.Address) { Path = route.Variable }.Uri : null;

    /// <inheritdoc/>
    bool IWebProxy.IsBypassed(Uri host) => For(host) is null;

    /// <inheritdoc/>
    NetworkCredential? ICredentials.GetCredential(Uri uri, string authType) =>
        Variables
            .Select(Value)
            .Where(set => set is not null)
            .Where(set => uri.AbsolutePath == $"/{set!.Value.Variable}")
            .Select(set => Read(set!.Value.Variable, set.Value.Value))
            .FirstOrDefault(route => new Uri(uri, "/") == route.Address)?.Credential;

    /// <summary>What <c>NO_PROXY</c> would have to have in it for an address to be reached directly.</summary>
    public static string ExemptionOf(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return $"NO_PROXY={(destination.HostNameType is UriHostNameType.IPv6 ? destination.Host.Trim('[', ']') : destination.IdnHost)}";
    }

    private static ProxyRoute Read(string variable, string text)
    {
        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        // curl's names for socks5 with names resolved there, which .NET's always does.
        full = full.StartsWith("socks5h:", StringComparison.OrdinalIgnoreCase) ? $"socks5:{full["socks5h:".Length..]}"
            : full.StartsWith("socks:", StringComparison.OrdinalIgnoreCase) ? $"socks5:{full["socks:".Length..]}"
            : full;
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri)
            || uri.Host.Length == 0
            || uri.Scheme is not ("http" or "https" or "socks4" or "socks4a" or "socks5"))
        {
            throw new ProxySettingException(
                $"{variable} is '{Shown(text)}': http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT of a proxy");
        }

        // Where a password has one of these, what stands before it looks like the proxy's address, and would be told to everybody.
        if (uri.PathAndQuery is not ("/" or "") || uri.Fragment.Length > 0)
        {
            throw new ProxySettingException(
                $"{variable} is '{Shown(text)}': a proxy's address without a path; in a user or password / is written %2F, ? "
                + "as %3F, # as %23 and @ as %40");
        }

        var port = uri.Port > 0 ? uri.Port : uri.Scheme.StartsWith("socks", StringComparison.Ordinal) ? 1080 : 80;
        var host = uri.HostNameType is UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return new ProxyRoute(new UriBuilder(uri.Scheme, host, port).Uri, Credential(uri.UserInfo), variable);
    }

    private static NetworkCredential? Credential(string userInfo)
    {
        if (userInfo.Length == 0)
        {
            return null;
        }

        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new NetworkCredential(Uri.UnescapeDataString(userInfo), "")
            : new NetworkCredential(Uri.UnescapeDataString(userInfo[..colon]), Uri.UnescapeDataString(userInfo[(colon + 1)..]));
    }

    // Whatever stands before the last @ may be a password.
    private static string Shown(string text) => text.LastIndexOf('@') is var at and >= 0 ? $"***{text[at..]}" : text;

    private (string Variable, string Value)? Value(string name)
    {
        var capitals = name.ToUpperInvariant();
        // A CGI program's HTTP_PROXY is a header that a stranger sent (https://httpoxy.org).
        var isForged = capitals == "HTTP_PROXY" && _environment("GATEWAY_INTERFACE") is not null;
        foreach (var variable in (ReadOnlySpan<string>)[name, capitals])
        {
            if (_environment(variable)?.Trim() is { Length: > 0 } value && !(isForged && variable == capitals))
            {
                return (variable, value);
            }
        }

        return null;
    }
}
