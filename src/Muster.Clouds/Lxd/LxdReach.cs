using System.Collections.Frozen;

using Muster.Clouds.Lxd.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Lxd;

/// <summary>Which configuration and devices of an instance reach the host that it runs on.</summary>
/// <remarks>
/// Keys that are known to stay within the instance are listed, and every other is taken to reach out: new versions bring new keys. The
/// border is that of a restricted project (documentation.ubuntu.com/lxd/latest/reference/projects, <c>restricted.*</c>; Incus's
/// <c>internal/server/project/permissions.go</c>).
/// </remarks>
internal static class LxdReach
{
    /// <summary>What an entry of <c>allow</c> may be, for error messages.</summary>
    public const string KnownEntries = "config.KEY or config.KEY=VALUE, profile=NAME, a * at the end for anything; with blanks between";

    private const string ConfigPrefix = "config.";
    private const string ProfilePrefix = "profile=";

    private static readonly FrozenSet<string> Inside = new[]
    {
        "agent.nic_config", "boot.autorestart", "boot.autostart", "boot.autostart.delay", "boot.autostart.priority", "boot.mode",
        "boot.stop.priority", "cluster.evacuate", "migration.stateful", "placement.group", "security.agent.metrics", "security.csm",
        "security.devlxd", "security.guestapi", "security.idmap.isolated", "security.iommu", "security.protection.delete",
        "security.protection.shift", "security.protection.start", "security.secureboot", "security.sev", "security.sev.policy.es",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] InsidePrefixes =
        ["user.", "environment.", "cloud-init.", "limits.", "image.", "oci.", "smbios11.", "systemd.credential", "migration.incremental."];

    /// <summary>
    /// Those that only reach out when they are on: of huge pages a machine has few, and they are taken from it for as long as it runs.
    /// </summary>
    private static readonly FrozenSet<string> Switches =
        new[] { "security.privileged", "security.nesting", "security.devlxd.images", "security.guestapi.images", "limits.memory.hugepages" }
            .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Devices of a profile that are of the instance alone.</summary>
    private static readonly FrozenSet<string> InsideDevices = new[] { "none", "tpm" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether an entry of <c>allow</c> names something here.</summary>
    public static bool IsEntry(string entry) =>
        (entry.StartsWith(ConfigPrefix, StringComparison.Ordinal) && entry.Length > ConfigPrefix.Length)
        || (entry.StartsWith(ProfilePrefix, StringComparison.Ordinal) && entry.Length > ProfilePrefix.Length);

    /// <summary>Whether a configuration key, so set, reaches the host.</summary>
    public static bool Reaches(LxdDialect dialect, string key, string value) => Switches.Contains(key)
        ? value.ToLowerInvariant() is not ("false" or "0" or "no" or "off" or "")
        : dialect.Outward.Contains(key)
            || (!Inside.Contains(key) && !InsidePrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)));

    /// <summary>What of a profile reaches the host; null when nothing does.</summary>
    private static string? Reaches(LxdDialect dialect, LxdProfile profile)
    {
        foreach (var (key, value) in profile.Config ?? [])
        {
            if (Reaches(dialect, key, value ?? ""))
            {
                return $"its {key} is '{value}'";
            }
        }

        foreach (var (name, device) in profile.Devices ?? [])
        {
            if (device is not null && Reaches(device))
            {
                var source = device.GetValueOrDefault("source") is { } path ? $" with source {path}" : "";
                return $"its device {name} is of type {device.GetValueOrDefault("type")}{source}";
            }
        }

        return null;
    }

    /// <summary>Refuses a launch whose template names a profile that reaches the host. Asks the daemon only where one is named.</summary>
    /// <exception cref="CloudException">One does.</exception>
    public static async Task EnsureProfilesAsync(
        LxdApi api, Template template, LxdCloudOptions options, CancellationToken cancellationToken)
    {
        foreach (var name in LxdTemplates.Profiles(template) ?? [])
        {
            if (!options.Allowance.Allows("profile", name) && await api.FindProfileAsync(name, cancellationToken) is { } profile
                && Refusal(name, profile, options) is { } refusal)
            {
                throw new CloudException(CloudErrorKind.InvalidRequest, refusal);
            }
        }
    }

    /// <summary>Why a template may not name a profile; null when it may.</summary>
    public static string? Refusal(string name, LxdProfile profile, LxdCloudOptions options) =>
        Reaches(options.Dialect, profile) is { } how && !options.Allowance.Allows("profile", name)
            ? $"options.profiles is '{name}': {options.Allowance.Refusal($"the profile reaches the host ({how})", $"profile={name}")}"
            : null;

    private static bool Reaches(IReadOnlyDictionary<string, string?> device) => device.GetValueOrDefault("type") switch
    {
        // With a pool it is a volume of that; without one, a path of the host.
        "disk" => device.GetValueOrDefault("pool") is null or "" && device.GetValueOrDefault("source") is { Length: > 0 } source
            && !source.StartsWith("cloud-init:", StringComparison.Ordinal) && !source.StartsWith("agent:", StringComparison.Ordinal),
        // A network that LXD manages is the operator's offer; with a parent,
        // or on a kind of its own, it is the host's card, bridge or routes.
        "nic" => device.GetValueOrDefault("network") is null or "" || device.GetValueOrDefault("parent") is { Length: > 0 },
        var type => type is null || !InsideDevices.Contains(type),
    };
}
