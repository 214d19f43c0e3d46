using System.Collections.Immutable;

using Muster.Clouds.Kit.Usage;
using Muster.Clouds.Local.Life;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Local.Usage;

/// <summary>Looks at what the processes of instances use: by their cgroup where they have one, otherwise by <c>/proc</c>.</summary>
internal sealed class LocalUsage(InstanceIndex index, TimeProvider timeProvider)
{
    private static readonly double MachineBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    private readonly ProcessTimes _times = new();
    private readonly long _beganAt = timeProvider.GetTimestamp();

    /// <summary>Looks at every running instance.</summary>
    public ImmutableArray<UsageCounters> Look(InstallationId installation)
    {
        var running = index.Matching(new InstanceFilter(installation)).Where(one => one.Snapshot.State is InstanceState.Running).ToArray();
        if (running.Length == 0)
        {
            return [];
        }

        var sessions = _times.Read();
        var at = timeProvider.GetElapsedTime(_beganAt).TotalSeconds;
        return [.. running.Select(instance => Look(instance, sessions, at)).OfType<UsageCounters>()];
    }

    private static UsageCounters? Look(
        LocalInstance instance, Dictionary<int, (double CpuSeconds, double MemoryBytes)> sessions, double at)
    {
        if (PidOf(instance) is not { } pid)
        {
            return null;
        }

        var counters = new UsageCounters { Instance = instance.Snapshot.Id, Group = instance.Group, AtSeconds = at };
        if (instance.Record.ControlGroup is { } group && GroupFiles.Holds(group, pid))
        {
            return counters with
            {
                CpuSeconds = GroupFiles.CpuSeconds(group),
                Cpus = GroupFiles.Cpus(group) ?? 1,
                MemoryShare = GroupFiles.MemoryBytes(group) / (GroupFiles.MemoryMaxBytes(group) ?? MachineBytes),
            };
        }

        return sessions.TryGetValue(pid, out var used)
            ? counters with { CpuSeconds = used.CpuSeconds, MemoryShare = used.MemoryBytes / MachineBytes }
            : null;
    }

    private static int? PidOf(LocalInstance instance)
    {
        lock (instance.Gate)
        {
            return instance.Identity?.Pid;
        }
    }
}
