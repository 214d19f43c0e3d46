namespace Muster.Server.Options;

/// <summary>Who may come in.</summary>
public enum AuthenticationMode
{
    /// <summary>Only with a bearer token of this installation.</summary>
    BearerTokens,

    /// <summary>Anybody on this machine, as <c>dev</c> with every right; nothing but a loopback address is listened on.</summary>
    LoopbackWithoutAuthentication,
}
