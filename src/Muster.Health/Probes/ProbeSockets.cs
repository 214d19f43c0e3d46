using System.Net;
using System.Net.Sockets;

namespace Muster.Health.Probes;

/// <summary>Opens connections to instances, and counts them.</summary>
internal sealed class ProbeSockets
{
    private long _opened;

    /// <summary>How many were opened.</summary>
    public long Opened => Interlocked.Read(ref _opened);

    /// <summary>A connection to an address, and to nothing else: no proxy, no name.</summary>
    /// <exception cref="SocketException">None came about.</exception>
    public async ValueTask<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            Interlocked.Increment(ref _opened);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
