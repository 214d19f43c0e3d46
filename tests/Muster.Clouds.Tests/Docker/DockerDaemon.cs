using System.Formats.Tar;
using System.Globalization;

using Muster.Clouds.Tests.Daemons;

using Daemon = Muster.Clouds.Tests.Daemons.Daemon;

namespace Muster.Clouds.Tests.Docker;

/// <summary>A Docker engine of its own: data, sockets and certificates in one directory, gone afterwards.</summary>
public sealed class DockerDaemon : IAsyncLifetime
{
    /// <summary>Its only image.</summary>
    public const string Image = "tiny:1";

    private readonly string _directory = Directory.CreateTempSubdirectory("muster-docker-").FullName;
    private readonly int _port = FreePort.Find();
    private Daemon? _containerd;
    private Daemon? _daemon;

    public string Socket => In("docker.sock");

    public string TcpEndpoint => $"https://127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A file or directory of it.</summary>
    public string In(string name) => Path.Combine(_directory, name);

    public async ValueTask InitializeAsync()
    {
        if (Environment.UserName != "root" || !Tool.Exists("dockerd") || !TinyRoot.CanBeMade)
        {
            return;
        }

        Certificates.Make(_directory);
        // Apart, as systemd runs it, so that a crash of the engine leaves the containers to somebody.
        _containerd = new Daemon(
            "containerd",
            ["--address", In("containerd.sock"), "--root", In("containerd"), "--state", In("state")],
            new Dictionary<string, string>(),
            In("containerd.log"));
        await _containerd.StartAsync(() => Task.FromResult(File.Exists(In("containerd.sock"))));
        await StartAsync();
        await ImportAsync();
    }

    /// <summary>Skips the test where the engine could not be started for want of packages or rights.</summary>
    public void SkipUnlessRunning() => Assert.SkipWhen(_daemon is null, "needs root, and the packages docker.io and busybox-static");

    /// <summary>Starts the engine, again after <see cref="KillAsync"/>.</summary>
    public async Task StartAsync()
    {
        _daemon ??= new Daemon(
            "dockerd",
            [
                "--data-root", In("data"), "--exec-root", In("exec"), "--pidfile", In("pid"), "--containerd", In("containerd.sock"),
                "--host", $"unix://{Socket}",
                "--host", TcpEndpoint.Replace("https", "tcp", StringComparison.Ordinal), "--tlsverify",
                "--tlscacert", In("ca.crt"), "--tlscert", In("server.crt"), "--tlskey", In("server.key"),
                // Networks beyond those that a test makes are nobody's business here; a crash of the engine is to leave containers alone.
                "--bridge", "none", "--iptables=false", "--ip6tables=false", "--live-restore", "--log-driver", "none",
            ],
            new Dictionary<string, string>(),
            In("log"));
        await _daemon.StartAsync(async () => await TryAsync("version"));
    }

    public Task KillAsync() => _daemon!.KillAsync();

    /// <summary>Runs <c>docker</c> against it.</summary>
    public Task<string> RunAsync(params string[] arguments) => Tool.RunAsync("docker", ["--host", $"unix://{Socket}", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            if (await RunAsync("ps", "--all", "--quiet", "--no-trunc") is { Length: > 0 } left)
            {
                await RunAsync(["rm", "--force", "--volumes", .. left.Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
            }

            await RunAsync("network", "prune", "--force");
            await _daemon.StopAsync();
            _daemon.Dispose();
        }

        if (_containerd is not null)
        {
            await _containerd.StopAsync();
            _containerd.Dispose();
        }

        await Mounts.RemoveUnderAsync(_directory);
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<bool> TryAsync(params string[] arguments)
    {
        try
        {
            await RunAsync(arguments);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private async Task ImportAsync()
    {
        var archive = In("tiny.tar");
        await using (var tar = new TarWriter(File.Create(archive)))
        {
            await TinyRoot.WriteAsync(tar, prefix: "");
        }

        await RunAsync("import", "--change", """CMD ["/bin/sleep","1000000"]""", archive, Image);
    }
}
