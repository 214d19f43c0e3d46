namespace Muster.Outbound.Proxies;

/// <summary>An environment variable names a proxy in a way that nobody can use.</summary>
/// <param name="message">The variable, what it is, without a password, and what is allowed.</param>
public sealed class ProxySettingException(string message) : IOException(message);
