using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Muster.Clouds.Tests.Daemons;

/// <summary>A socket before a daemon's own that goes away for good once a certain request was answered.</summary>
internal sealed class BreakingLine : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-line-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentBag<Task> _relays = [];
    private readonly string _daemon;
    private readonly string _request;
    private readonly Task _serving;
    private int _left;

    /// <param name="daemon">The socket behind it.</param>
    /// <param name="request">A part of the first line of the request whose answer is the last.</param>
    /// <param name="times">Which of those it is.</param>
    public BreakingLine(string daemon, string request, int times = 1)
    {
        (_daemon, _request, _left) = (daemon, request, times);
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
        await Task.WhenAll(_relays);
        _directory.Delete(recursive: true);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _relays.Add(RelayAsync(await _listener.AcceptAsync()));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Broken, or the test is over.
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var behind = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await behind.ConnectAsync(new UnixDomainSocketEndPoint(_daemon));
        using (client)
        {
            var isLast = false;
            await Task.WhenAny(
                CopyAsync(client, behind, before: text => isLast |= IsLast(text), goesOn: () => isLast || Volatile.Read(ref _left) > 0),
                CopyAsync(behind, client, before: _ => { }, goesOn: () => !isLast));
        }
    }

    private bool IsLast(string text)
    {
        if (!text.Split("\r\n")[0].Contains(_request, StringComparison.Ordinal) || Interlocked.Decrement(ref _left) != 0)
        {
            return false;
        }

        // Nobody else gets through from here on.
        _listener.Dispose();
        return true;
    }

    private static async Task CopyAsync(Socket from, Socket to, Action<string> before, Func<bool> goesOn)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            var isGoingOn = true;
            while (isGoingOn)
            {
                var count = await from.ReceiveAsync(buffer);
                if (count == 0)
                {
                    return;
                }

                // Asked before the piece is handed on: a client that has the answer before the last sends the last request at once,
                // and that answer is not the last.
                before(Encoding.UTF8.GetString(buffer, 0, count));
                isGoingOn = goesOn();
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // One end went away, which is what this is for.
        }
    }
}
