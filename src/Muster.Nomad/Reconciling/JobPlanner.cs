using System.Collections.Immutable;

using Muster.Core;
using Muster.Nomad.Jobs;

namespace Muster.Nomad.Reconciling;

/// <summary>Compares the jobs that there must be with those that there are. Pure.</summary>
/// <remarks>
/// Whatever is not the installation's by its id is not even seen; before a job is removed its meta is read, too
/// (<see cref="JobReconciler"/>).
/// </remarks>
public static class JobPlanner
{
    /// <summary>What to do, in the order in which it is best done: nothing is removed before what takes its place is there.</summary>
    /// <param name="installation">Whose jobs.</param>
    /// <param name="wanted">The jobs that there must be; at most one of a key.</param>
    /// <param name="seen">The installation's jobs and children.</param>
    /// <param name="known">What this server knows of jobs that it registered.</param>
    /// <param name="runMax">How long a child may run.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="now">The time, by a clock that is near Nomad's.</param>
    public static ImmutableArray<JobAction> Plan(
        InstallationId installation, IReadOnlyCollection<WantedJob> wanted, IReadOnlyCollection<SeenJob> seen,
        IReadOnlyDictionary<JobKey, KnownJob> known, TimeSpan runMax, JobLimits limits, DateTimeOffset now)
    {
        var jobs = seen.Where(job => job.Parent is null).ToLookup(job => job.Key);
        var keys = wanted.Select(job => job.Key).ToHashSet();
        return
        [
            .. wanted
                .OrderBy(job => job.Key)
                .Select(job => Keep(installation, job, Keeper(jobs[job.Key]), known.GetValueOrDefault(job.Key))).OfType<JobAction>(),
            .. Children(seen, keys, runMax, limits, now),
            .. jobs.OrderBy(group => group.Key).SelectMany(group => Surplus(group, isWanted: keys.Contains(group.Key))),
        ];
    }

    /// <summary>Of several jobs that check the same, the one that was made first.</summary>
    internal static SeenJob? Keeper(IEnumerable<SeenJob> jobs) =>
        jobs.OrderBy(job => job.CreateIndex).ThenBy(job => job.Id, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>What makes a job what it should be; null when it is.</summary>
    internal static JobAction.Register? Keep(InstallationId installation, WantedJob wanted, SeenJob? seen, KnownJob? known)
    {
        var reason = seen is null ? "missing"
            : seen.IsStopped ? "stopped by somebody"
            : known is null || known.Id != seen.Id ? "not known to this server yet"
            : known.ModifyIndex != seen.ModifyIndex ? "changed by somebody"
            : known.Wanted != wanted ? "to be changed"
            : null;
        return reason is null
            ? null
            : new(wanted, seen?.ModifyIndex ?? 0) { Id = seen?.Id ?? JobIds.Make(installation, wanted), Reason = reason };
    }

    private static IEnumerable<JobAction> Surplus(IEnumerable<SeenJob> jobs, bool isWanted)
    {
        var all = jobs.ToArray();
        var kept = isWanted ? Keeper(all) : null;
        return all
            .Where(job => job != kept)
            .OrderBy(job => job.Id, StringComparer.Ordinal)
            .Select(job => new JobAction.Remove(isWanted)
            {
                Id = job.Id,
                Reason = isWanted ? $"{kept!.Id} checks the same" : "nothing is left to check",
            });
    }

    private static IEnumerable<JobAction> Children(
        IReadOnlyCollection<SeenJob> seen, HashSet<JobKey> keys, TimeSpan runMax, JobLimits limits, DateTimeOffset now)
    {
        var children = seen.Where(job => job.Parent is not null).GroupBy(job => job.Key).OrderBy(group => group.Key).ToArray();
        foreach (var child in children.SelectMany(group => group).OrderBy(child => child.Id, StringComparer.Ordinal))
        {
            var age = now - child.SubmittedAt;
            if (child.Status is SeenStatus.Pending && (age > limits.PendingMax || !keys.Contains(child.Key)))
            {
                yield return new JobAction.Unblock(child.Key)
                {
                    Id = child.Id,
                    Reason = keys.Contains(child.Key) ? "no client can run it" : "nothing is left to check",
                };
            }
            else if (child.Status is SeenStatus.Running && !child.IsStopped && age > runMax + limits.RunGrace)
            {
                yield return new JobAction.Stop(child.Key)
                {
                    Id = child.Id,
                    Reason = $"runs for longer than {DurationText.Format(runMax)}",
                };
            }
        }

        var ended = children
            .SelectMany(group => group
                .Where(child => child.Status is SeenStatus.Dead)
                .OrderByDescending(child => child.SubmittedAt)
                .ThenByDescending(child => child.Id, StringComparer.Ordinal)
                .Skip(keys.Contains(group.Key) ? limits.ChildrenKept : 0))
            .OrderBy(child => child.SubmittedAt)
            .ThenBy(child => child.Id, StringComparer.Ordinal)
            .Take(limits.PurgesMax);
        foreach (var child in ended)
        {
            yield return new JobAction.Purge { Id = child.Id, Reason = "ended" };
        }
    }
}
