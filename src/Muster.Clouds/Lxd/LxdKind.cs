using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Core.Clouds;

namespace Muster.Clouds.Lxd;

/// <summary>The kind <c>lxd</c>. Incus has one of its own.</summary>
internal sealed class LxdKind : ICloudKind
{
    /// <summary>What LXD has of its own.</summary>
    public static LxdDialect Dialect { get; } = new()
    {
        Kind = "lxd",
        Product = "LXD",
        Server = "lxd",
        Client = "lxc",
        TrustCommand = "lxc config trust add",
        GuestDevice = "/dev/lxd",
        // Of Debian's package and of the snap; Incus was spoken to by this kind before it had its own.
        Sockets = ["/var/lib/lxd/unix.socket", "/var/snap/lxd/common/lxd/unix.socket", "/var/lib/incus/unix.socket"],
        Programs = ["lxd", "incusd"],
        // What LXD's command line comes with. images.linuxcontainers.org serves Incus alone since 2024.
        KnownRemotes = new Dictionary<string, string>
        {
            ["images"] = "https://images.lxd.canonical.com",
            ["ubuntu"] = "https://cloud-images.ubuntu.com/releases",
            ["ubuntu-daily"] = "https://cloud-images.ubuntu.com/daily",
        }.ToImmutableSortedDictionary(StringComparer.Ordinal),
        HasPlacementGroups = true,
        EndpointUnlessSet = "the first that is there of `/var/lib/lxd`, the snap's, and `/var/lib/incus`",
        Credential =
            "The daemon is called over its socket, or over https with a client's certificate that it trusts. "
            + "A user who may use the socket is root on its host; a certificate can be confined to a project: "
            + "lxc config trust add muster.crt --restricted --projects muster.",
    };

    /// <inheritdoc/>
    public string Name => Dialect.Kind;

    /// <inheritdoc/>
    public KindDescription Description => Dialect.Description;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => LxdSetup.Read(setup, Dialect);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken) =>
        Task.FromResult<ICloud>(new LxdCloud(LxdSetup.Read(setup, Dialect), setup.Time, setup.Say));
}
