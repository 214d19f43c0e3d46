using System.Net.Sockets;
using System.Text;

namespace Muster.Clouds.Tests.Daemons;

/// <summary>A socket on which something that is no daemon answers every request with the same bytes, and hangs up.</summary>
internal sealed class OddDaemon : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-odd-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<string, byte[]> _answer;
    private readonly Task _serving;

    /// <param name="answer">What it answers to a request's head.</param>
    public OddDaemon(Func<string, byte[]> answer)
    {
        _answer = answer;
        _listener.Bind(new UnixDomainSocketEndPoint(Socket));
        _listener.Listen();
        _serving = ServeAsync();
    }

    /// <summary>Where it listens.</summary>
    public string Socket => Path.Combine(_directory.FullName, "socket");

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
        _directory.Delete(recursive: true);
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptAsync();
                var count = await client.ReceiveAsync(buffer);
                await client.SendAsync(_answer(Encoding.ASCII.GetString(buffer, 0, count)));
                client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
