using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Kit.Usage;

/// <summary>Makes percentages of counters: remembers the look before, and makes a second one where there is none.</summary>
/// <param name="lookAsync">Looks at every running instance of an installation.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class UsageMeter(
    Func<InstallationId, CancellationToken, Task<ImmutableArray<UsageCounters>>> lookAsync, TimeProvider timeProvider) : IDisposable
{
    /// <summary>Closer looks would measure the grain of the kernel's clock, a hundredth of a second.</summary>
    private static readonly TimeSpan ApartMin = TimeSpan.FromSeconds(1);

    /// <summary>An older look would tell a mean of times that nobody asks about.</summary>
    private static readonly TimeSpan ApartMax = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _gate = new(1);

    // Under the gate. One installation, but for tests.
    private readonly Dictionary<InstallationId, Look> _last = [];

    /// <summary>What the instances use.</summary>
    public async Task<ImmutableArray<InstanceUsage>> ReadAsync(InstallationId installation, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var before = _last.GetValueOrDefault(installation);
            var apart = before is null ? TimeSpan.MaxValue : timeProvider.GetElapsedTime(before.At);
            if (apart < ApartMin)
            {
                // Two metrics of one round: cpu and memory.
                return before!.Usage;
            }

            if (before is null || apart > ApartMax)
            {
                before = await LookAsync(installation, null, cancellationToken);
                await Task.Delay(ApartMin, timeProvider, cancellationToken);
            }

            var now = await LookAsync(installation, before, cancellationToken);
            _last[installation] = now;
            return now.Usage;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<Look> LookAsync(InstallationId installation, Look? before, CancellationToken cancellationToken)
    {
        var counters = (await lookAsync(installation, cancellationToken)).ToDictionary(one => one.Instance);
        return new(
            timeProvider.GetTimestamp(), counters,
            [.. counters.Values.Select(now => Usage(before?.Counters.GetValueOrDefault(now.Instance), now))]);
    }

    private static InstanceUsage Usage(UsageCounters? before, UsageCounters now) =>
        new(now.Instance, now.Group, Cpu(before, now), now.MemoryShare is { } share && double.IsFinite(share) ? share * 100 : null);

    private static double? Cpu(UsageCounters? before, UsageCounters now)
    {
        // Fewer than before: a part of it ended and took its time along, or it was started anew.
        if (before?.CpuSeconds is not { } from || now.CpuSeconds is not { } to || to < from)
        {
            return null;
        }

        var seconds = now.AtSeconds - before.AtSeconds;
        var percent = (to - from) / seconds / now.Cpus * 100;
        return seconds > 0 && double.IsFinite(percent) ? percent : null;
    }

    private sealed record Look(long At, Dictionary<InstanceId, UsageCounters> Counters, ImmutableArray<InstanceUsage> Usage);
}
