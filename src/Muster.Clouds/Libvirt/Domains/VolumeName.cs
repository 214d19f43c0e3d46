using Muster.Core;

namespace Muster.Clouds.Libvirt.Domains;

/// <summary>A volume.</summary>
/// <param name="Pool">Its pool.</param>
/// <param name="Name">Its name there.</param>
internal sealed record VolumeName(string Pool, string Name)
{
    private const string Prefix = "muster-", Root = "root", Seed = "seed.iso";
    private const int IdLength = 32;

    /// <summary>The disk of a launch. libvirt has no marks on volumes: the name says whose it is.</summary>
    public static VolumeName RootOf(string pool, Guid installation, LaunchId launch) => new(pool, Of(installation, launch.Value, Root));

    /// <summary>The volume with what cloud-init reads at the first boot of a launch's instance.</summary>
    public static VolumeName SeedOf(string pool, Guid installation, LaunchId launch) => new(pool, Of(installation, launch.Value, Seed));

    /// <summary>Whose it is; null for a volume that no launch of Muster's made.</summary>
    public (Guid Installation, Guid Launch)? Owner =>
        Name.StartsWith(Prefix, StringComparison.Ordinal)
        && Name.Length > Prefix.Length + IdLength + 1 + IdLength
        && Guid.TryParseExact(Name.AsSpan(Prefix.Length, IdLength), "N", out var installation)
        && Guid.TryParseExact(Name.AsSpan(Prefix.Length + IdLength + 1, IdLength), "N", out var launch)
        && (Name == Of(installation, launch, Root) || Name == Of(installation, launch, Seed))
            ? (installation, launch)
            : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Pool}/{Name}";

    private static string Of(Guid installation, Guid launch, string part) => $"{Prefix}{installation:N}-{launch:N}-{part}";
}
