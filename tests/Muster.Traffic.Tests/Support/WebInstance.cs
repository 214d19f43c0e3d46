using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.Traffic.Tests.Support;

/// <summary>
/// A web server that is an instance: it answers every request after a while, keeps connections, and when it ends it ends in the middle of
/// everything.
/// </summary>
internal sealed class WebInstance : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly TimeSpan _takes;
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private int _answered;
    private int _open;
    private int _isHeld;

    /// <param name="takes">How long an answer takes.</param>
    public WebInstance(TimeSpan takes = default)
    {
        _takes = takes;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Requests that were answered; those of health checks not counted.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Requests that are being answered.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Whether answers wait until a test lets them go.</summary>
    public bool IsHeld
    {
        get => Volatile.Read(ref _isHeld) == 1;
        set => Volatile.Write(ref _isHeld, value ? 1 : 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_over.Token);
                _connections.Add(ServeAsync(client));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // It has ended, perhaps between two that it took.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII);
                while (await reader.ReadLineAsync(_over.Token) is { } request)
                {
                    while (await reader.ReadLineAsync(_over.Token) is { Length: > 0 })
                    {
                    }

                    var isCheck = request.StartsWith("GET / ", StringComparison.Ordinal);
                    if (!isCheck)
                    {
                        Interlocked.Increment(ref _open);
                        await AnswerInTimeAsync();
                    }

                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), _over.Token);
                    if (!isCheck)
                    {
                        Interlocked.Increment(ref _answered);
                        Interlocked.Decrement(ref _open);
                    }
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
        {
            // Whoever asked has gone, or the server ends.
        }
    }

    private async Task AnswerInTimeAsync()
    {
        if (_takes > TimeSpan.Zero)
        {
            await Task.Delay(_takes, TimeProvider.System, _over.Token);
        }

        while (IsHeld)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _over.Token);
        }
    }
}
