using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Libvirt.Domains;
using Muster.Clouds.Libvirt.Hosts;
using Muster.Clouds.Libvirt.Native;
using Muster.Clouds.Libvirt.Seeds;
using Muster.Clouds.Libvirt.Templates;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Libvirt;

/// <summary>Makes instances. A launch's id is its domain's, which a host gives out once at a time.</summary>
/// <remarks>
/// The domain comes first, marked as in the making, so that a crash leaves an instance that is listed, gone on with or ended; then its
/// volumes, named after installation and launch; then the mark is lifted and the domain started. See
/// docs/decisions/0290-the-domain-comes-first.md.
/// </remarks>
/// <param name="hosts">The hosts.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class LibvirtLauncher(HostSet hosts, TimeProvider timeProvider)
{
    /// <summary>
    /// Names of domains: what Muster gives, but a hidden file's. The host makes files of them with a few characters more, of 255.
    /// </summary>
    public static readonly NameRule Names = new() { LengthMax = 128 };

    /// <summary>Makes it, or finds what an earlier call of the launch made.</summary>
    public async Task<Instance> LaunchAsync(LibvirtSpec spec, LaunchRequest request, CancellationToken cancellationToken)
    {
        var zone = request.Zone is { } asked ? hosts.OfZone(asked) : null;
        HostPlace? begun = null;
        if (await hosts.FindAsync(request.Launch.Value, request.IsRepeat, cancellationToken) is var (at, fact))
        {
            var known = Ours(at, fact, request);
            if (!DomainInstances.IsHalfMade(fact))
            {
                return known;
            }

            begun = at;
        }

        var candidates = (begun ?? zone) is { } only ? [only] : await hosts.ByRoomAsync(cancellationToken);
        for (var i = 0; ; i++)
        {
            var place = candidates[i];
            place.Count(1);
            try
            {
                var instance = await place.Host.ChangeAsync(connection => Make(connection, place, spec, request), cancellationToken);
                place.Memory.Saw(instance);
                return instance;
            }
            catch (CloudException error) when (error.Kind is CloudErrorKind.OutOfStock && i + 1 < candidates.Length)
            {
                // Full: the next one has less room by count, and may have more.
                CallPace.Survived(error);
            }
            finally
            {
                place.Count(-1);
            }
        }
    }

    private static Instance Ours(HostPlace place, DomainFact fact, LaunchRequest request)
    {
        var instance = DomainInstances.Of(fact, place.Host.Zone, isEnding: false);
        return instance?.Tags.GetValueOrDefault(MusterTags.Launch) == request.Launch.ToString()
            ? instance
            : throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"{place.Host.Shown}: domain {fact.Name} has the id {fact.Uuid} of this launch and not its mark: "
                + "somebody changed its metadata; give it back, or undefine the domain");
    }

    private Instance Make(LibvirtConnection connection, HostPlace place, LibvirtSpec spec, LaunchRequest request)
    {
        var uuid = request.Launch.Value;
        var (baseVolume, poolKind) = Found(connection, place.Host, spec);
        var installation = Guid.Parse(request.Tags[MusterTags.Installation]);
        var root = VolumeName.RootOf(spec.Pool, installation, request.Launch);
        var seed = spec.HasSeed ? VolumeName.SeedOf(spec.Pool, installation, request.Launch) : null;
        var name = Names.For(request.Name);
        var mark = new InstanceMark(
            timeProvider.GetUtcNow(),
            request.Template.Image,
            name == request.Name ? request.Tags : request.Tags.SetItem(DomainInstances.NameTag, request.Name),
            seed is null ? [root] : [root, seed]);
        var format = spec.CloneBy is CloneKind.Linked || poolKind.HasFiles ? "qcow2" : "raw";
        string Xml(InstanceMark said) => DomainXml.Write(uuid, name, spec, said, connection.Facts, (root, format), seed);
        try
        {
            connection.DefineDomain(Xml(mark with { IsMaking = true }));
            MakeDisk(connection, uuid, spec, baseVolume, poolKind, root);
            if (seed is not null)
            {
                var bytes = NoCloudSeed.Write(uuid, request.Name, spec, mark.CreatedAt);
                MakeAnew(
                    connection, uuid, seed,
                    () => connection.CreateVolume(
                        seed.Pool, VolumeXml.Plain(seed.Name, bytes.Length, poolKind.HasFiles ? "raw" : null, isSparse: false)));
                connection.WriteVolume(seed.Pool, seed.Name, bytes);
            }

            connection.StartDomain(Xml(mark));
        }
        catch (LibvirtException error) when (connection.IsAlive)
        {
            if (connection.FindDomain(uuid, InstanceMark.Uri) is { State: not DomainStates.ShutOff } fact)
            {
                // Somebody else carries out this launch too.
                return Ours(place, fact, request);
            }

            Undo(connection, place.Host, uuid, mark.Volumes, error);
            throw place.Host.Translate(error);
        }

        return connection.FindDomain(uuid, InstanceMark.Uri) is { } made
            ? Ours(place, made, request)
            : throw new CloudException(CloudErrorKind.Ambiguous, $"{place.Host.Shown}: domain {name} was started, and is gone");
    }

    /// <summary>What the template names and this host has.</summary>
    private static (VolumeFacts Base, PoolKind Pool) Found(LibvirtConnection connection, LibvirtHost host, LibvirtSpec spec)
    {
        if (connection.DescribePool(spec.Pool) is not { } pool)
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, $"options.pool is '{spec.Pool}': {HostLists.Pools(connection, host)}");
        }

        var kind = PoolKind.Read(pool);
        if (spec.CloneBy is CloneKind.Linked && !kind.HasFiles)
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, kind.WhyNotLinked(host.Shown, spec.Pool));
        }

        var volume = HostLists.FindVolume(connection, spec.Base)
            ?? throw new CloudException(
                CloudErrorKind.InvalidRequest, $"image is '{spec.Base.Name}': {HostLists.Volumes(connection, host, spec.Base.Pool)}");
        return spec.DiskBytes < volume.CapacityBytes
            ? throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"options.disk is {spec.DiskBytes} bytes: the base volume {spec.Base} on {host.Shown} has {volume.CapacityBytes} already")
            : (volume, kind);
    }

    private static void MakeDisk(
        LibvirtConnection connection, Guid uuid, LibvirtSpec spec, VolumeFacts baseVolume, PoolKind pool, VolumeName root)
    {
        var bytes = spec.DiskBytes ?? baseVolume.CapacityBytes;
        if (spec.CloneBy is CloneKind.Linked)
        {
            MakeAnew(
                connection, uuid, root,
                () => connection.CreateVolume(root.Pool, VolumeXml.Linked(root.Name, bytes, baseVolume.Path, baseVolume.Format ?? "raw")));
            return;
        }

        var format = pool.HasFiles ? "qcow2" : null;
        MakeAnew(
            connection, uuid, root,
            () => connection.CopyVolume(
                root.Pool, VolumeXml.Plain(root.Name, bytes, format, isSparse: pool.HasFiles), spec.Base.Pool, spec.Base.Name));
    }

    /// <summary>
    /// Makes a volume. One that is there already is of a call of this launch that a crash cut short, perhaps in the middle of a copy: no
    /// domain has run with it.
    /// </summary>
    private static void MakeAnew(LibvirtConnection connection, Guid uuid, VolumeName volume, Action make)
    {
        try
        {
            make();
        }
        catch (LibvirtException error) when (
            error.Code is LibvirtCode.VolumeExists
            && connection.FindDomain(uuid, InstanceMark.Uri) is { } fact && DomainInstances.IsHalfMade(fact))
        {
            connection.DeleteVolume(volume.Pool, volume.Name);
            make();
        }
    }

    private static void Undo(
        LibvirtConnection connection, LibvirtHost host, Guid uuid, ImmutableArray<VolumeName> volumes, LibvirtException cause)
    {
        try
        {
            foreach (var volume in volumes)
            {
                connection.DeleteVolume(volume.Pool, volume.Name);
            }

            connection.Undefine(uuid);
        }
        catch (LibvirtException error)
        {
            // Asked again with the same id, it is cleaned up; told as not happened, it would stay.
            throw new CloudException(
                CloudErrorKind.Ambiguous, $"{host.Shown}: {cause.Message}; and what was made could not be taken away: {error.Message}",
                innerException: error);
        }
    }
}
