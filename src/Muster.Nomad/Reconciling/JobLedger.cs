using System.Collections.Concurrent;

using Muster.Nomad.Jobs;

namespace Muster.Nomad.Reconciling;

/// <summary>What this server knows of the jobs that it registered, and what stands in the way of their checks. In memory: a new server learns it anew.</summary>
public sealed class JobLedger
{
    private readonly ConcurrentDictionary<JobKey, KnownJob> known = new();
    private readonly ConcurrentDictionary<JobKey, (string Text, DateTimeOffset At)> obstacles = new();

    /// <summary>Jobs as they were registered.</summary>
    public IReadOnlyDictionary<JobKey, KnownJob> Known => known;

    /// <summary>What keeps a job's checks from happening, in a sentence; null when nothing does.</summary>
    public string? Obstacle(JobKey key) => obstacles.TryGetValue(key, out var obstacle) ? obstacle.Text : null;

    internal void Learn(KnownJob job)
    {
        known[job.Wanted.Key] = job;
        obstacles.TryRemove(job.Wanted.Key, out _);
    }

    internal void Obstruct(JobKey key, string obstacle, DateTimeOffset at) => obstacles[key] = (obstacle, at);

    /// <summary>A check that began then was run: whatever stood in the way before does no more.</summary>
    internal void Clear(JobKey key, DateTimeOffset at)
    {
        if (obstacles.TryGetValue(key, out var obstacle) && obstacle.At < at)
        {
            obstacles.TryRemove(key, out _);
        }
    }

    internal void Forget(Func<JobKey, bool> which)
    {
        foreach (var key in known.Keys.Concat(obstacles.Keys).Where(which))
        {
            known.TryRemove(key, out _);
            obstacles.TryRemove(key, out _);
        }
    }
}
