using System.Globalization;

using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Local;

using Daemon = Muster.Clouds.Tests.Daemons.Daemon;

namespace Muster.Clouds.Tests.Libvirt.Real;

/// <summary>A libvirtd of its own with real hypervisors, and an operator at its side with <c>virsh</c>.</summary>
/// <param name="directory">Where everything of it lies.</param>
/// <param name="hasOwnNetwork">Whether it has a network of its own, as another machine has; else it listens with TLS.</param>
internal sealed class LibvirtDaemon(string directory, bool hasOwnNetwork) : IAsyncDisposable
{
    /// <summary>Its base volume: a disk whose boot sector waits for the power button, and then switches the machine off.</summary>
    public const string Image = "tiny.img";

    // QEMU's ACPI registers, in real mode: the event is enabled at 602h, shows at 600h, and 604h switches off. No other interrupt wakes it.
    private static readonly byte[] PowerButton =
    [
        0xB0, 0xFB, 0xE6, 0x21, 0xB0, 0xFD, 0xE6, 0xA1, // mov al, FBh; out 21h, al; mov al, FDh; out A1h, al
        0xBA, 0x02, 0x06, 0xB8, 0x00, 0x01, 0xEF, // mov dx, 602h; mov ax, 100h; out dx, ax
        0xFB, 0xF4, // again: sti; hlt
        0xBA, 0x00, 0x06, 0xED, 0xF6, 0xC4, 0x01, 0x74, 0xF5, // mov dx, 600h; in ax, dx; test ah, 1; jz again
        0xBA, 0x04, 0x06, 0xB8, 0x00, 0x20, 0xEF, 0xEB, 0xEC, // mov dx, 604h; mov ax, 2000h; out dx, ax; jmp again
    ];

    private readonly int _port = FreePort.Find();
    private Daemon? _daemon;

    /// <summary>Over its socket.</summary>
    public string Uri => $"qemu:///system?socket={directory}/run/libvirt-sock";

    /// <summary>Over TLS with the certificates below a directory.</summary>
    public string TlsUri(string certificates) =>
        $"qemu+tls://127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}/system?pkipath={certificates}";

    /// <summary>Whether there is all that it takes.</summary>
    public static bool CanBeStarted => Environment.UserName == "root" && Tool.Exists("libvirtd") && Tool.Exists("qemu-system-x86_64");

    /// <summary>Starts it, again after <see cref="KillAsync"/>.</summary>
    public async Task StartAsync()
    {
        string[] network = hasOwnNetwork ? ["--own-network"] : ["--tls", _port.ToString(CultureInfo.InvariantCulture)];
        _daemon ??= new Daemon(
            RepositoryRoot.File("eng/libvirt-host"), [directory, .. network], new Dictionary<string, string>(),
            Path.Combine(directory, "log.txt"));
        await _daemon.StartAsync(() => TryAsync("version"));
    }

    /// <summary>Makes its pool and the base volume.</summary>
    public async Task FillAsync()
    {
        var disk = new byte[1 << 20];
        PowerButton.CopyTo(disk, 0);
        (disk[510], disk[511]) = (0x55, 0xAA);
        await File.WriteAllBytesAsync(Path.Combine(directory, "lib", "images", Image), disk);
        await RunAsync("pool-define-as", "default", "dir", "--target", "/var/lib/libvirt/images");
        await RunAsync("pool-autostart", "default");
        await RunAsync("pool-start", "default");
    }

    public Task KillAsync() => _daemon!.KillAsync();

    /// <summary>The process of a domain's hypervisor.</summary>
    public int PidOf(string name) => int.Parse(
        File.ReadAllText(Path.Combine(directory, "run", "qemu", $"{name}.pid")).Trim(), CultureInfo.InvariantCulture);

    /// <summary>Runs <c>virsh</c> against it.</summary>
    public Task<string> RunAsync(params string[] arguments) => Tool.RunAsync("virsh", ["--quiet", "--connect", Uri, .. arguments]);

    /// <summary>Names of the volumes of its pool, but the base volumes'.</summary>
    public async Task<string[]> VolumesAsync() =>
    [
        .. (await RunAsync("vol-list", "default")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])
            .Where(name => name.StartsWith("muster-", StringComparison.Ordinal)),
    ];

    /// <summary>Names of its domains.</summary>
    public async Task<string[]> DomainsAsync() =>
        (await RunAsync("list", "--all", "--name")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Ends every domain, and deletes every volume but the base volumes.</summary>
    public async Task DeleteAllAsync()
    {
        foreach (var name in await DomainsAsync())
        {
            await TryAsync("destroy", name);
            await TryAsync("undefine", name);
        }

        foreach (var volume in await VolumesAsync())
        {
            await TryAsync("vol-delete", volume, "--pool", "default");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            await DeleteAllAsync();
            await _daemon.StopAsync();
            _daemon.Dispose();
        }
    }

    /// <summary>Not when the daemon is not there yet, or what is asked for is gone.</summary>
    public async Task<bool> TryAsync(params string[] arguments)
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
}
