using System.Net;
using System.Net.Sockets;

namespace Muster.Testing;

/// <summary>Ports for servers that must be told theirs.</summary>
internal static class FreePort
{
    /// <summary>A TCP port of the loopback address that nobody listens on now. Another may take it before it is used.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
