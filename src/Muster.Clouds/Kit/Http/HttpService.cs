using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Kit.Http;

/// <summary>A service that is called over HTTP, and how it is spoken of.</summary>
/// <param name="Name">What messages call it: <c>docker</c>.</param>
/// <param name="Address">What requests are addressed to.</param>
internal sealed record HttpService(string Name, Uri Address)
{
    /// <summary>Where it is, as it is told to people.</summary>
    public string Shown { get; init; } = Address.GetLeftPart(UriPartial.Authority);

    /// <summary>How long one call may take unless it says otherwise.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether the connection itself proves who asks, by a client's certificate or the right to open a socket: a failure of the TLS
    /// handshake then says that the credential is refused.
    /// </summary>
    public bool ConnectionProves { get; init; }

    /// <summary>Says why a connection failed.</summary>
    public Func<Exception, string> Why { get; init; } = error => ConnectionFailure.Describe(error, Address);

    /// <summary>
    /// Whether calls wait for the pace of the operation. Not those of a service beside the cloud that has limits of its own, where whoever
    /// calls it makes one call at a time.
    /// </summary>
    public bool IsPaced { get; init; } = true;

    /// <summary>Says that no answer came, to stand before why: <c>docker at unix:///run/docker.sock cannot be reached</c>.</summary>
    public string NoAnswer(CloudErrorKind kind) => kind switch
    {
        CloudErrorKind.Unauthorized => $"{Name} at {Shown} does not take the credential",
        _ when IsNamedAlone => $"no answer from {Name}",
        CloudErrorKind.Unavailable => $"{Name} at {Shown} cannot be reached",
        _ => $"{Name} at {Shown} broke off",
    };

    /// <summary>Whether the name says enough, since <see cref="Why"/> names the address.</summary>
    public bool IsNamedAlone { get; init; }
}
