using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Tests.Daemons;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Libvirt.Real;

/// <summary>Two hosts for all tests: one on this machine's network, with TLS, and one on a network of its own.</summary>
public sealed class LibvirtHosts : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("muster-lv-").FullName;

    internal LibvirtDaemon First { get; private set; } = null!;

    internal LibvirtDaemon Second { get; private set; } = null!;

    /// <summary>Where the certificates of a client lie that the first host takes, and of one that it does not.</summary>
    public string Certificates => Path.Combine(_directory, "pki");

    public string StrangeCertificates => Path.Combine(_directory, "strange");

    /// <summary>Skips the test outside of its own stage.</summary>
    public static void SkipUnlessAsked() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("MUSTER_LIBVIRT") == "1", "a real libvirtd has a stage of its own: ./test --libvirt");

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("MUSTER_LIBVIRT") != "1")
        {
            return;
        }

        Assert.True(LibvirtDaemon.CanBeStarted, "needs root, and the packages libvirt-daemon-system and qemu-system-x86");
        var first = Directory.CreateDirectory(Path.Combine(_directory, "a")).FullName;
        var second = Directory.CreateDirectory(Path.Combine(_directory, "b")).FullName;
        Daemons.Certificates.Make(first);
        Pki(Certificates, first, "client");
        Pki(StrangeCertificates, first, "stranger");
        (First, Second) = (new(first, hasOwnNetwork: false), new(second, hasOwnNetwork: true));
        await Task.WhenAll(First.StartAsync(), Second.StartAsync());
        await First.FillAsync();
        await Second.FillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (First is not null)
        {
            await First.DisposeAsync();
            await Second.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Opens a cloud.</summary>
    internal static ICloud Open(params (string Name, string Value)[] options) => Opened.Now("libvirt", new CloudSetup
    {
        Name = "rack",
        DataDirectory = "/nowhere",
        // Emulated whatever the machine has: that works everywhere, and is the slower.
        Options = ImmutableSortedDictionary<string, string>.Empty.Add("network", "none").Add("domain_type", "qemu").SetItems(
            options.Select(option => KeyValuePair.Create(option.Name, option.Value))),
        Time = TimeProvider.System,
        Random = new SystemRandomSource(),
    });

    // As libvirt's own names are.
    private static void Pki(string to, string from, string who)
    {
        Directory.CreateDirectory(to);
        File.Copy(Path.Combine(from, "ca.crt"), Path.Combine(to, "cacert.pem"));
        File.Copy(Path.Combine(from, $"{who}.crt"), Path.Combine(to, "clientcert.pem"));
        File.Copy(Path.Combine(from, $"{who}.key"), Path.Combine(to, "clientkey.pem"));
    }
}
