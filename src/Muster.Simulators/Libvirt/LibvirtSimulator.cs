using System.Collections.Concurrent;
using System.Net.Sockets;

using Muster.Simulators.Libvirt.Hosts;
using Muster.Simulators.Libvirt.Settings;

namespace Muster.Simulators.Libvirt;

/// <summary>
/// A host with libvirt on this machine: the real protocol over a real socket, to which libvirt's own library speaks, and domains that are
/// records.
/// </summary>
public sealed class LibvirtSimulator : IAsyncDisposable
{
    private const int Backlog = 64;

    private readonly LibvirtSimulatorOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<(Socket Socket, string Path, Task Loop)> _doors = [];
    private readonly ConcurrentDictionary<HostSession, Task> _sessions = new();
    private readonly ConcurrentDictionary<(string Call, int Status), int> _calls = new();
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);
    private int _disposed, _mostAtOnce;

    private LibvirtSimulator(LibvirtSimulatorOptions options, TimeProvider timeProvider)
    {
        (_options, _timeProvider) = (options, timeProvider);
        Host = new(options, timeProvider);
    }

    /// <summary>What there is on the host.</summary>
    public SimulatedHost Host { get; }

    /// <summary>Where it is, as libvirt's clients say it.</summary>
    public string Uri { get; private set; } = "";

    /// <summary>The same for somebody whom it does not let in.</summary>
    public string StrangersUri { get; private set; } = "";

    /// <summary>Calls by procedure and outcome: 0, or the number of the error.</summary>
    public IReadOnlyDictionary<(string Call, int Status), int> Calls => _calls;

    /// <summary>The most calls that one connection has had under way at once.</summary>
    public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

    /// <summary>Starts it.</summary>
    /// <param name="directory">Where its sockets lie.</param>
    /// <param name="options">How it is.</param>
    /// <param name="timeProvider">The clock.</param>
    public static LibvirtSimulator Start(string directory, LibvirtSimulatorOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        var simulator = new LibvirtSimulator(options, timeProvider);
        simulator.Uri = simulator.Open(Path.Combine(directory, "libvirt-sock"), isOpen: true);
        simulator.StrangersUri = simulator.Open(Path.Combine(directory, "stranger-sock"), isOpen: false);
        return simulator;
    }

    /// <summary>Ends it; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        foreach (var (socket, path, loop) in _doors)
        {
            socket.Dispose();
            await loop;
            File.Delete(path);
        }

        await Task.WhenAll(_sessions.Values);
        _stopping.Dispose();
    }

    private string Open(string path, bool isOpen)
    {
        File.Delete(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(Backlog);
        _doors.Add((socket, path, AcceptAsync(socket, isOpen)));
        return $"qemu:///system?socket={path}";
    }

    private async Task AcceptAsync(Socket door, bool isOpen)
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket guest;
            try
            {
                guest = await door.AcceptAsync(_stopping.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            var session = new HostSession(
                guest, Host, new HostCalls(Host, _options), _options, _timeProvider, isOpen, Number, Count, UnderWay);
            _sessions[session] = Task.Run(async () =>
            {
                using (session)
                {
                    await session.RunAsync(_stopping.Token);
                }

                _sessions.TryRemove(session, out _);
            });
        }
    }

    private int Number(string call) => _asked.AddOrUpdate(call, 1, static (_, count) => count + 1);

    private void Count(string call, int status) => _calls.AddOrUpdate((call, status), 1, static (_, count) => count + 1);

    private void UnderWay(int calls)
    {
        int most;
        while ((most = MostAtOnce) < calls && Interlocked.CompareExchange(ref _mostAtOnce, calls, most) != most)
        {
        }
    }
}
