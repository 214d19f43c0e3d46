using System.Net;

namespace Muster.Outbound.Proxies;

/// <summary>The proxy that requests to one destination go through.</summary>
/// <param name="Address">Where it is, without a user or password.</param>
/// <param name="Credential">What its address carried; null for none. Never to be shown.</param>
/// <param name="Variable">The environment variable that names it.</param>
public sealed record ProxyRoute(Uri Address, NetworkCredential? Credential, string Variable)
{
    /// <summary>As it is told to people: <c>proxy http://proxy.example:3128 (HTTPS_PROXY)</c>.</summary>
    public override string ToString() => $"proxy {Address.GetLeftPart(UriPartial.Authority)} ({Variable})";
}
