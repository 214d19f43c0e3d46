using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Kit.Usage;
using Muster.Clouds.Lxd.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Lxd;

/// <summary>Looks at what instances use: the state that a listing can tell, in one call.</summary>
internal sealed class LxdUsage(LxdApi api, TimeProvider timeProvider)
{
    private const double NanoPerSecond = 1e9;

    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("KiB", 1024), ("MiB", 1024.0 * 1024), ("GiB", 1024.0 * 1024 * 1024), ("TiB", 1024.0 * 1024 * 1024 * 1024),
        ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1),
    ];

    private readonly long _beganAt = timeProvider.GetTimestamp();

    /// <summary>Looks at every running instance of an installation.</summary>
    public async Task<ImmutableArray<UsageCounters>> LookAsync(InstallationId installation, CancellationToken cancellationToken)
    {
        var wanted = new InstanceFilter(installation).Tags.Select(tag => KeyValuePair.Create(LxdTags.Key(tag.Key), tag.Value)).ToArray();
        var listed = await api.ListAsync(wanted, withState: true, cancellationToken);
        var at = timeProvider.GetElapsedTime(_beganAt).TotalSeconds;
        return
        [
            .. listed.Select(one => one.Good).OfType<LxdInstance>()
                // What LXD cannot make out it tells too, without a configuration.
                .Where(instance => instance.Status == "Running"
                    && wanted.All(tag => instance.Config?.GetValueOrDefault(tag.Key) == tag.Value))
                .Select(instance => Look(instance, at)),
        ];
    }

    internal static UsageCounters Look(LxdInstance instance, double at)
    {
        var config = instance.ExpandedConfig ?? instance.Config;
        var group = instance.Config?.GetValueOrDefault(LxdTags.Key(MusterTags.Group));
        return new()
        {
            Instance = new InstanceId(instance.Name),
            Group = Guid.TryParse(group, out var id) ? new GroupId(id) : null,
            AtSeconds = at,
            // It tells -1 of what it does not know.
            CpuSeconds = instance.State?.Cpu?.Usage is >= 0 and var used ? used / NanoPerSecond : null,
            Cpus = Cpus(config?.GetValueOrDefault("limits.cpu"), config?.GetValueOrDefault("limits.cpu.allowance")),
            MemoryShare = instance.State?.Memory is { Usage: > 0 and var bytes } memory
                ? bytes / (Bytes(config?.GetValueOrDefault("limits.memory")) ?? (memory.Total > 0 ? memory.Total : null))
                : null,
        };
    }

    /// <summary>The processors that an instance may use: a number of them, those that it is bound to, or a share of time.</summary>
    internal static double Cpus(string? cpus, string? allowance)
    {
        if (allowance?.Split('/') is [var slice, var period] && Milliseconds(slice) is { } of && Milliseconds(period) is > 0 and var each)
        {
            return of / each;
        }

        if (cpus is null or "")
        {
            return 1;
        }

        // A single number is a count, everything else is a list of processors: "1-3,5".
        return int.TryParse(cpus, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count
            : Math.Max(1, cpus.Split(',').Sum(part => part.Split('-') is [var first, var last]
                && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to) && to >= from
                ? Math.Min(to - from + 1, 4096)
                : 1));
    }

    /// <summary>The bytes of a limit; null for a share of the machine's, and for none.</summary>
    internal static double? Bytes(string? limit)
    {
        foreach (var (unit, bytes) in Units)
        {
            if (limit is { Length: > 0 } && limit.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(limit[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            {
                return number * bytes;
            }
        }

        return null;
    }

    private static double? Milliseconds(string text) =>
        text.EndsWith("ms", StringComparison.Ordinal)
        && double.TryParse(text[..^2], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : null;
}
