using System.Collections.Immutable;

using Muster.Clouds.Azure;
using Muster.Clouds.DigitalOcean;
using Muster.Clouds.Docker;
using Muster.Clouds.Ec2;
using Muster.Clouds.Exec;
using Muster.Clouds.Gce;
using Muster.Clouds.Hetzner;
using Muster.Clouds.Incus;
using Muster.Clouds.Kit;
using Muster.Clouds.Libvirt;
using Muster.Clouds.Local;
using Muster.Clouds.Lxd;
using Muster.Clouds.OpenStack;
using Muster.Clouds.Proxmox;
using Muster.Clouds.Triton;
using Muster.Clouds.Vsphere;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds;

/// <summary>The kinds of clouds Muster knows. A new kind is a new folder and one line here.</summary>
public static class CloudKinds
{
    /// <summary>Every kind, by name.</summary>
    public static ImmutableArray<ICloudKind> All { get; } =
    [
        new AzureKind(),
        new DigitalOceanKind(),
        new DockerKind(),
        new Ec2Kind(),
        new ExecKind(),
        new GceKind(),
        new HetznerKind(),
        new IncusKind(),
        new LibvirtKind(),
        new LocalKind(),
        new LxdKind(),
        new OpenStackKind(),
        new ProxmoxKind(),
        new TritonKind(),
        new VsphereKind(),
    ];

    /// <summary>Every kind's name, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(kind => kind.Name).Order(StringComparer.Ordinal)];

    /// <summary>The kind of that name; null when there is none.</summary>
    public static ICloudKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>What is wrong with a cloud's options, and with the files that they name. Nothing is started, called or written.</summary>
    /// <returns>Each wrong option by its name alone; none when the cloud can be opened as far as this machine can tell.</returns>
    /// <exception cref="InputException">There is no such kind.</exception>
    public static ImmutableArray<InputError> Check(string kind, CloudSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var found = Known(kind, setup);
        try
        {
            found.Check(setup);
            return [];
        }
        catch (InputException error)
        {
            var prefix = setup.FieldOf("");
            return [.. error.Errors.Select(wrong => wrong with
            {
                Field = wrong.Field.StartsWith(prefix, StringComparison.Ordinal) ? wrong.Field[prefix.Length..] : wrong.Field,
            })];
        }
    }

    /// <summary>Opens a cloud.</summary>
    /// <exception cref="InputException">There is no such kind, or an option is wrong.</exception>
    /// <exception cref="CloudException">It cannot be opened.</exception>
    public static Task<ICloud> OpenAsync(string kind, CloudSetup setup, CancellationToken cancellationToken) =>
        Known(kind, setup).OpenAsync(setup, cancellationToken);

    /// <summary>
    /// Opens a cloud that is spoken to as each account; null when it has one credential for all, or no such kind is known.
    /// </summary>
    /// <exception cref="InputException">An option is wrong.</exception>
    public static ICloudByAccount? OpenByAccount(string kind, CloudSetup setup) => (Find(kind) as IKindByAccount)?.OpenByAccount(setup);

    private static ICloudKind Known(string kind, CloudSetup setup) =>
        Find(kind) ?? throw new InputException(setup.FieldOf("kind"), kind, $"one of {string.Join(", ", Names)}");
}
