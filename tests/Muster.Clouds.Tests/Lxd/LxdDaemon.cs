using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;

using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Local;

using Daemon = Muster.Clouds.Tests.Daemons.Daemon;

namespace Muster.Clouds.Tests.Lxd;

/// <summary>An LXD of its own: data, socket and certificates in one directory, gone afterwards.</summary>
public sealed class LxdDaemon : IAsyncLifetime
{
    /// <summary>Its only image, by alias.</summary>
    public const string Image = "tiny";

    // Waits for the signals that LXD stops containers with; a shell that is only busy waiting would take the whole grace.
    private const string Init = "#!/bin/sh\ntrap 'exit 0' PWR TERM INT\nwhile :; do sleep 1000000 & wait $!; done\n";

    private static string Architecture => System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
        _ => "x86_64",
    };

    private readonly string _directory = Directory.CreateTempSubdirectory("muster-lxd-").FullName;
    private readonly int _port = FreePort.Find();
    private Daemon? _daemon;

    public string Socket => In("lxd/unix.socket");

    public string TcpEndpoint => $"https://127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Where it keeps its things: <c>LXD_DIR</c> for <c>lxc</c>.</summary>
    public string Home => In("lxd");

    /// <summary>Where <c>lxc</c> keeps its own things: <c>LXD_CONF</c>.</summary>
    public string ClientHome => In("client");

    /// <summary>A file or directory of it.</summary>
    public string In(string name) => Path.Combine(_directory, name);

    public async ValueTask InitializeAsync()
    {
        if (Environment.UserName != "root" || !Tool.Exists("lxd") || !TinyRoot.CanBeMade)
        {
            return;
        }

        // Containers run as users of their own, who must get through to their file systems.
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_001_001);
        Directory.CreateDirectory(Home);
        Certificates.Make(_directory);
        await StartAsync();
        await RunAsync("storage", "create", "default", "dir");
        await RunAsync("profile", "device", "add", "default", "root", "disk", "path=/", "pool=default");
        await RunAsync("config", "set", "core.https_address", $"127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}");
        await RunAsync("config", "trust", "add", In("client.crt"));
        await ImportAsync();
    }

    /// <summary>Skips the test where the daemon could not be started for want of packages or rights.</summary>
    public void SkipUnlessRunning() => Assert.SkipWhen(_daemon is null, "needs root, and the packages lxd and busybox-static");

    /// <summary>Starts the daemon, again after <see cref="KillAsync"/>.</summary>
    public async Task StartAsync()
    {
        _daemon ??= new Daemon("lxd", ["--group", "root"], new Dictionary<string, string> { ["LXD_DIR"] = Home }, In("log"));
        await _daemon.StartAsync(() => TryAsync("query", "/1.0"));
    }

    public Task KillAsync() => _daemon!.KillAsync();

    /// <summary>Runs <c>lxc</c> against it.</summary>
    public Task<string> RunAsync(params string[] arguments) => Tool.RunAsync(
        "lxc", arguments, new Dictionary<string, string> { ["LXD_DIR"] = Home, ["LXD_CONF"] = ClientHome });

    /// <summary>Deletes every instance of a project.</summary>
    public async Task DeleteAllAsync(string project = "default")
    {
        var left = (await RunAsync("list", "--project", project, "--format", "csv", "--columns", "n"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // LXD waits for most of a second while it stops one, without work.
        await Parallel.ForEachAsync(left, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (name, _) =>
            await Wait.UntilAsync($"{name} is deleted", () => TryAsync("delete", "--force", "--project", project, name)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            await DeleteAllAsync();
            await _daemon.StopAsync();
            _daemon.Dispose();
        }

        await Mounts.RemoveUnderAsync(_directory);
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Not when the daemon is not there yet, or still at work on the same instance.</summary>
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
        var archive = In("tiny.tar.gz");
        await using (var tar = new TarWriter(new GZipStream(File.Create(archive), CompressionLevel.Fastest)))
        {
            await TinyRoot.WriteFileAsync(
                tar, "metadata.yaml", $"architecture: {Architecture}\ncreation_date: 1700000000\nproperties:\n  description: tiny\n");
            await TinyRoot.WriteAsync(tar, prefix: "rootfs/");
            await TinyRoot.WriteFileAsync(tar, "rootfs/sbin/init", Init);
        }

        await RunAsync("image", "import", archive, "--alias", Image);
    }
}
