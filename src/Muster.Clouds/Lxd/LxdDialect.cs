using System.Collections.Immutable;

using Muster.Clouds.Kit;

namespace Muster.Clouds.Lxd;

/// <summary>
/// What sets one daemon of LXD's family apart from another. All else of the kinds <c>lxd</c> and <c>incus</c> is one code.
/// </summary>
/// <remarks>See docs/decisions/0340-incus-is-a-dialect-of-lxd.md.</remarks>
internal sealed class LxdDialect
{
    private readonly Lazy<KindDescription> _description;

    public LxdDialect() => _description = new(() => LxdDescription.Of(this));

    /// <summary>The kind, which calls begin with in messages: <c>lxd</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The daemon, in sentences: <c>LXD</c>.</summary>
    public required string Product { get; init; }

    /// <summary>What it calls itself (<c>environment.server</c>).</summary>
    public required string Server { get; init; }

    /// <summary>Its command line: <c>lxc</c>.</summary>
    public required string Client { get; init; }

    /// <summary>What makes a certificate known to it, before the certificate's file.</summary>
    public required string TrustCommand { get; init; }

    /// <summary>Where a guest reads its own configuration.</summary>
    public required string GuestDevice { get; init; }

    /// <summary>Its sockets; the first that is there is taken unless set, and the first is named when there is none.</summary>
    public required ImmutableArray<string> Sockets { get; init; }

    /// <summary>
    /// Sockets for users who may not open <see cref="Sockets"/>, each of whom has a project of his own, <c>user-UID</c>; none on most.
    /// </summary>
    public ImmutableArray<string> UserSockets { get; init; } = [];

    /// <summary>What a daemon's program is called.</summary>
    public required ImmutableArray<string> Programs { get; init; }

    /// <summary>The servers of images that its command line comes with, by name.</summary>
    public required ImmutableSortedDictionary<string, string> KnownRemotes { get; init; }

    /// <summary>Where it listens unless set, in Markdown.</summary>
    public required string EndpointUnlessSet { get; init; }

    /// <summary>What it is called with, and how little that may do.</summary>
    public required string Credential { get; init; }

    /// <summary>Whether it takes images from registries of OCI images.</summary>
    public bool HasRegistries { get; init; }

    /// <summary>Whether it has placement groups.</summary>
    public bool HasPlacementGroups { get; init; }

    /// <summary>Whether one call makes and starts an instance (its API extension <c>instance_create_start</c>).</summary>
    public bool StartsWithCreation { get; init; }

    /// <summary>Keys of limits that reach the host all the same, since a restricted project forbids them.</summary>
    public ImmutableArray<string> Outward { get; init; } = [];

    /// <summary>All there is to say of the kind.</summary>
    public KindDescription Description => _description.Value;
}
