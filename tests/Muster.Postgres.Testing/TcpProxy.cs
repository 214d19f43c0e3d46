using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Muster.Postgres.Testing;

/// <summary>A network between a client and a server that can fail: cut, refuse, hold everything back, or break at a chosen word.</summary>
/// <param name="serverPort">Where the server listens at first, on the loopback address.</param>
public sealed class TcpProxy(int serverPort) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Wire, Task> _wires = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private Task _accepting = Task.CompletedTask;
    private volatile TaskCompletionSource? _held;
    private volatile bool _refusing;

    /// <summary>Where new connections lead, on the loopback address.</summary>
    public int ServerPort { get; set; } = serverPort;

    /// <summary>Where it listens, on the loopback address.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Asked before anything passes to the server: whether to break the connection instead. Null for never.</summary>
    public Func<ReadOnlyMemory<byte>, Task<bool>>? BreaksRequest { get; set; }

    /// <summary>Asked before anything passes to the client: whether to break the connection instead. Null for never.</summary>
    public Func<ReadOnlyMemory<byte>, Task<bool>>? BreaksAnswer { get; set; }

    /// <summary>What clients have sent.</summary>
    public WireTally Tally { get; } = new();

    /// <summary>How many connections there are.</summary>
    public int Connections => _wires.Count;

    /// <summary>Begins to listen.</summary>
    public void Start()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The URL of a server's database with this in between.</summary>
    public string Url(string database, string user = PostgresServer.SuperUser) =>
        string.Create(CultureInfo.InvariantCulture, $"postgres://{user}@127.0.0.1:{Port}/{database}");

    /// <summary>Breaks every connection.</summary>
    public void Cut()
    {
        foreach (var wire in _wires.Keys)
        {
            wire.Break();
        }
    }

    /// <summary>Breaks every connection, and each new one at once.</summary>
    public void Refuse()
    {
        _refusing = true;
        Cut();
    }

    /// <summary>Lets nothing pass, and breaks nothing: both sides wait.</summary>
    public void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All is well again; what was held back passes.</summary>
    public void Restore()
    {
        _refusing = false;
        Interlocked.Exchange(ref _held, null)?.SetResult();
    }

    /// <summary>Ends it with its connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        Restore();
        Cut();
        await _accepting;
        await Task.WhenAll(_wires.Values);
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_ended.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
                return;
            }

            var wire = new Wire(client);
            _wires[wire] = RunAsync(wire);
        }
    }

    private async Task RunAsync(Wire wire)
    {
        await Task.Yield();
        try
        {
            if (!_refusing)
            {
                await wire.ConnectAsync(ServerPort, _ended.Token);
                var tally = Tally.Begin();
                await Task.WhenAny(
                    PassAsync(wire.Client, wire.Server, bytes => BreaksRequest?.Invoke(bytes), tally.Count),
                    PassAsync(wire.Server, wire.Client, bytes => BreaksAnswer?.Invoke(bytes), _ => { }));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // A side that is gone is what this is made for.
        }
        finally
        {
            wire.Break();
            _wires.TryRemove(wire, out _);
        }
    }

    private async Task PassAsync(
        Socket from, Socket to, Func<ReadOnlyMemory<byte>, Task<bool>?> breaks, Action<ReadOnlyMemory<byte>> passed)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, SocketFlags.None, _ended.Token) is > 0 and var count)
            {
                var bytes = buffer.AsMemory(0, count);
                if (breaks(bytes) is { } asked && await asked)
                {
                    return;
                }

                if (_held is { } until)
                {
                    await until.Task;
                }

                passed(bytes);
                await to.SendAsync(bytes, SocketFlags.None, _ended.Token);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Gone, or broken on purpose: the other direction ends too.
        }
    }

    /// <summary>One connection: the client's side and the server's.</summary>
    private sealed class Wire(Socket client)
    {
        public Socket Client { get; } = client;

        public Socket Server { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public async Task ConnectAsync(int port, CancellationToken cancellationToken)
        {
            Client.NoDelay = true;
            await Server.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        }

        public void Break()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
