using System.Net;
using System.Net.Sockets;

namespace Muster.EndToEnd.Support;

/// <summary>Ports for many servers that start at once.</summary>
/// <remarks>
/// Not of those that the system gives to outgoing connections: one of them may be taken between the look and the server's start.
/// </remarks>
internal static class Ports
{
    private const int First = 10_000;
    private const int Count = 10_000;

    // Runs beside this one begin elsewhere.
    private static int _last = Environment.ProcessId * 97 % Count;

    /// <summary>One on which nobody listens, and which nobody else here was given lately.</summary>
    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (Interlocked.Increment(ref _last) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there: the next one.
            }
        }

        throw new InvalidOperationException($"no port from {First} to {First + Count - 1} is free");
    }
}
