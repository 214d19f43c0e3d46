using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Lxd;
using Muster.Core.Clouds;

namespace Muster.Clouds.Incus;

/// <summary>The kind <c>incus</c>: the code of <see cref="LxdCloud"/> in Incus's own words.</summary>
internal sealed class IncusKind : ICloudKind
{
    /// <summary>
    /// What Incus has of its own. Sources: its client (<c>client/connection.go</c>, <c>shared/cliconfig/default.go</c>) and its manual.
    /// </summary>
    public static LxdDialect Dialect { get; } = new()
    {
        Kind = "incus",
        Product = "Incus",
        Server = "incus",
        Client = "incus",
        TrustCommand = "incus config trust add-certificate",
        GuestDevice = "/dev/incus",
        Sockets = ["/var/lib/incus/unix.socket", "/run/incus/unix.socket"],
        UserSockets = ["/var/lib/incus/unix.socket.user", "/run/incus/unix.socket.user"],
        Programs = ["incusd"],
        KnownRemotes = ImmutableSortedDictionary<string, string>.Empty.Add("images", "https://images.linuxcontainers.org"),
        HasRegistries = true,
        StartsWithCreation = true,
        Outward = ["limits.memory.swap", "limits.memory.oom_priority"],
        EndpointUnlessSet = "`/var/lib/incus/unix.socket`, else `/run/incus/unix.socket`; "
            + "where this user may not open it, `unix.socket.user` beside it",
        Credential =
            "The daemon is called over its socket, or over https with a client's certificate that it trusts. "
            + "A user who may use the socket (group incus-admin) is root on its host; one of the group incus has a confined project, "
            + "user-UID, and a socket for it; a certificate can be confined to a project: "
            + "incus config trust add-certificate muster.crt --restricted --projects muster.",
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
