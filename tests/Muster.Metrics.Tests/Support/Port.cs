using System.Net;
using System.Net.Sockets;
using System.Text;

using Muster.Conformance.Metrics;

namespace Muster.Metrics.Tests.Support;

/// <summary>A port on which something answers every connection in its own way.</summary>
internal sealed class Port : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Task _serving;
    private readonly List<Task> _connections = [];

    /// <param name="serve">What it does with a connection.</param>
    public Port(Func<Stream, CancellationToken, Task> serve)
    {
        _listener.Start();
        _serving = ServeAsync(serve);
    }

    public int Number => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>A server that misbehaves; null for nobody.</summary>
    public static Port? Of(Misbehaviour misbehaviour) => misbehaviour switch
    {
        Misbehaviour.Absent => null,
        Misbehaviour.Silent => new((_, over) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, over)),
        Misbehaviour.Garbage => new(async (stream, over) =>
        {
            await HeadAsync(stream, over);
            await stream.WriteAsync("\u0001\u0002?\r\n\r\n<<<>>> not what you wanted \u001b[2J\r\n"u8.ToArray(), over);
        }),
        Misbehaviour.Endless => new(async (stream, over) =>
        {
            await HeadAsync(stream, over);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[1,"u8.ToArray(), over);
            var filler = new byte[64 * 1024];
            Array.Fill(filler, (byte)' ');
            while (true)
            {
                await stream.WriteAsync(filler, over);
            }
        }),
        Misbehaviour.Redirecting => Saying("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: 0\r\n\r\n"),
        Misbehaviour.Echoing => new(async (stream, over) =>
        {
            var head = await HeadAsync(stream, over);
            await stream.WriteAsync(
                Encoding.Latin1.GetBytes($"HTTP/1.1 500 Oops\r\nContent-Length: {head.Length}\r\n\r\n{head}"), over);
        }),
        _ => throw new ArgumentOutOfRangeException(nameof(misbehaviour)),
    };

    /// <summary>Answers every request with these bytes.</summary>
    public static Port Saying(string text) => new(async (stream, over) =>
    {
        await HeadAsync(stream, over);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), over);
    });

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _serving;
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _over.Dispose();
    }

    /// <summary>What came first.</summary>
    private static async Task<string> HeadAsync(Stream stream, CancellationToken over)
    {
        var buffer = new byte[16 * 1024];
        var length = await stream.ReadAtLeastAsync(buffer, minimumBytes: 1, throwOnEndOfStream: false, over);
        return Encoding.Latin1.GetString(buffer, 0, length);
    }

    private async Task ServeAsync(Func<Stream, CancellationToken, Task> serve)
    {
        while (!_over.IsCancellationRequested)
        {
            try
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_over.Token), serve));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client, Func<Stream, CancellationToken, Task> serve)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                await serve(stream, _over.Token);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
            {
                // The client under test hung up, or the test is over.
            }
        }
    }
}
