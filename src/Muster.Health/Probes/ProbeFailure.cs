using System.Net.Sockets;
using System.Security.Authentication;

using Muster.Core.Health;
using Muster.Outbound;

namespace Muster.Health.Probes;

/// <summary>Says what an exception of a probe means: that the instance does not work, or that it could not be asked.</summary>
internal static class ProbeFailure
{
    /// <summary>What it means; null for one that no probe should throw, which is a bug.</summary>
    public static ProbeResult? Of(Exception error)
    {
        if (Find<ProbeException>(error) is { } answer)
        {
            return ProbeResult.Unhealthy(answer.Message);
        }

        if (Find<CertificateRefusedException>(error) is { } refused)
        {
            return ProbeResult.Unhealthy(refused.Message, ProbeReason.Tls);
        }

        if (Find<SocketException>(error) is { } socket)
        {
            return Of(socket);
        }

        return Find<AuthenticationException>(error) is { } handshake
            ? ProbeResult.Unhealthy($"the TLS handshake failed: {Innermost(handshake)}", ProbeReason.Tls)
            : Find<IOException>(error) is not null ? ProbeResult.Unhealthy("broke the connection off", ProbeReason.BrokenOff)
            : error is HttpRequestException ? ProbeResult.Unhealthy($"does not speak gRPC: {Innermost(error)}")
            : null;
    }

    /// <summary>Whether a connection was closed, by whoever has it.</summary>
    public static bool IsClosed(Exception error) =>
        error is ObjectDisposedException || Find<IOException>(error) is not null || Find<SocketException>(error) is not null;

    private static ProbeResult Of(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => ProbeResult.Unhealthy("connection refused", ProbeReason.Refused),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.NotConnected =>
            ProbeResult.Unhealthy("broke the connection off", ProbeReason.BrokenOff),
        SocketError.TimedOut => ProbeResult.Unhealthy("no answer", ProbeReason.Timeout),

        // Somebody looked for this host and did not find it, as the silence of a dead one is found after a time-out. Where it is our own
        // gateway that is dead, all look dead at once, and the group's brake holds.
        SocketError.HostUnreachable or SocketError.HostDown => ProbeResult.Unhealthy("no way to its address", ProbeReason.Unreachable),

        // Nobody here knows a way at all: this server's own network is down, or has no IPv6.
        SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.AddressNotAvailable
            or SocketError.AddressFamilyNotSupported => ProbeResult.Unknown("this server has no route to its address", ProbeReason.NoRoute),
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable =>
            ProbeResult.Unknown("this server has no room for another connection", ProbeReason.NoRoom),
        SocketError.AccessDenied => ProbeResult.Unknown("this server may not connect to its address"),

        // What nobody thought of is not held against an instance.
        _ => ProbeResult.Unknown($"this server could not ask it: {error.Message}"),
    };

    private static string Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return error.Message;
    }

    private static T? Find<T>(Exception error) where T : Exception
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is T found)
            {
                return found;
            }
        }

        return null;
    }
}
