using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Muster.Traffic.Tests.Support;

/// <summary>A real HAProxy with a backend of slots, one without any, and its runtime socket.</summary>
internal sealed class HaproxyProcess : IAsyncDisposable
{
    // Below the range from which the kernel gives outgoing connections theirs, so that none of them has taken it before HAProxy does.
    private const int PortMin = 20_000;
    private const int PortMax = 32_000;

    private static int _lastPort = PortMin + (Environment.ProcessId % 100 * 100);

    private readonly string _folder = Directory.CreateTempSubdirectory("muster-haproxy-").FullName;
    private Daemon? _daemon;

    private HaproxyProcess(int slots, string server, bool isAdmin)
    {
        (Port, DynamicPort) = (NextPort(), NextPort());
        File.WriteAllText(
            ConfigPath,
            string.Create(CultureInfo.InvariantCulture, $"""
            global
                stats socket {Socket} mode 600 level {(isAdmin ? "admin" : "user")}
            defaults
                mode http
                timeout connect 5s
                timeout client 60s
                timeout server 60s
                timeout queue 5s
                retries 3
                option redispatch
            frontend web
                bind 127.0.0.1:{Port}
                default_backend web
            frontend added
                bind 127.0.0.1:{DynamicPort}
                default_backend added
            backend web
                balance roundrobin
                option httpchk GET /
                server-template muster {slots} 0.0.0.0:0 {server} disabled
                server sorry 127.0.0.1:1 backup
            backend added
                balance roundrobin
                option httpchk GET /

            """));
    }

    /// <summary>Where it takes requests for the backend <c>web</c>.</summary>
    public int Port { get; }

    /// <summary>Where it takes requests for the backend <c>added</c>.</summary>
    public int DynamicPort { get; }

    public string Socket => Path.Combine(_folder, "admin.sock");

    private string ConfigPath => Path.Combine(_folder, "haproxy.cfg");

    public static async Task<HaproxyProcess> StartAsync(
        int slots = 4, string server = "check inter 100ms rise 1 fall 1", bool isAdmin = true)
    {
        var proxy = new HaproxyProcess(slots, server, isAdmin);
        await proxy.StartAsync();
        return proxy;
    }

    /// <summary>What it says to a command of an operator's.</summary>
    public async Task<string> SayAsync(string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{command}\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>It ends, and begins anew with what its configuration says.</summary>
    public async Task RestartAsync()
    {
        await _daemon!.DisposeAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        File.Delete(Socket);
        _daemon = Daemon.Start([File.Exists("/usr/sbin/haproxy") ? "/usr/sbin/haproxy" : "haproxy", "-db", "-f", ConfigPath]);
        await _daemon.UntilListeningAsync(Port);
        await _daemon.UntilAsync(() => Task.FromResult(File.Exists(Socket)), "its runtime socket is there");
    }

    private static int NextPort()
    {
        while (true)
        {
            var port = PortMin + (Interlocked.Increment(ref _lastPort) % (PortMax - PortMin));
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else has it: the next one.
            }
        }
    }
}
