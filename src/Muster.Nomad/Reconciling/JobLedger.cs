using System.Collections.Concurrent;

using Muster.Core;
using Muster.Nomad.Jobs;

namespace Muster.Nomad.Reconciling;

/// <summary>
/// What this server knows of the jobs that it registered, and what stands in the way of their checks. In memory: a
/// new server learns it anew.
/// </summary>
public sealed class JobLedger
{
    private readonly ConcurrentDictionary<JobKey, KnownJob> _known = new();
    private readonly ConcurrentDictionary<JobKey, (Obstacle Obstacle, DateTimeOffset LastAt, string? Child)> _obstacles = new();

    private readonly ConcurrentDictionary<JobKey, DateTimeOffset> _forced = new();
    private readonly ConcurrentDictionary<GroupId, JobKey> _groups = new();

    /// <summary>Living groups whose jobs this server keeps or has changed.</summary>
    public int Groups => _groups.Count;

    /// <summary>Jobs as they were registered.</summary>
    public IReadOnlyDictionary<JobKey, KnownJob> Known => _known;

    /// <summary>What keeps a group's checks from happening, by itself or with the others of its job; null when nothing does.</summary>
    public Obstacle? Obstacle(GroupId group) => Obstacle(KeyOf(group));

    /// <summary>What keeps a job's checks from happening; null when nothing does.</summary>
    public Obstacle? Obstacle(JobKey key) => _obstacles.GetValueOrDefault(key).Obstacle;

    internal void Learn(KnownJob job)
    {
        _known[job.Wanted.Key] = job;

        // Whether a client can run it is another question: a check that runs answers it.
        Clear(job.Wanted.Key, met => met.Obstacle.Kind is ObstacleKind.JobRefused);
    }

    /// <summary>A living group is checked by that job.</summary>
    internal void Place(GroupId group, JobKey key) => _groups[group] = key;

    /// <summary>These are all the groups that live.</summary>
    internal void Place(IReadOnlyCollection<CheckedGroup> living)
    {
        var ids = living.Select(group => group.Group).ToHashSet();
        foreach (var gone in _groups.Keys.Where(group => !ids.Contains(group)))
        {
            _groups.TryRemove(gone, out _);
        }

        foreach (var group in living)
        {
            _groups[group.Group] = group.Job;
        }
    }

    /// <summary>A group lives no more.</summary>
    internal void Leave(GroupId group) => _groups.TryRemove(group, out _);

    /// <summary>When this server last had a job run at once; null when it never had.</summary>
    internal DateTimeOffset? ForcedAt(JobKey key) => _forced.TryGetValue(key, out var at) ? at : null;

    internal void Force(JobKey key, DateTimeOffset at) => _forced[key] = at;

    /// <summary>Something stands in the way; one that does already keeps its beginning.</summary>
    /// <param name="key">Of which job's checks.</param>
    /// <param name="obstacle">What.</param>
    /// <param name="child">The check that it was seen of; null when it is of none.</param>
    internal void Obstruct(JobKey key, Obstacle obstacle, string? child = null) =>
        _obstacles.AddOrUpdate(
            key,
            (obstacle, obstacle.Since, child),
            (_, before) => (before.Obstacle.Kind == obstacle.Kind
                ? obstacle with { Since = before.Obstacle.Since }
                : obstacle, obstacle.Since, child));

    /// <summary>A check that began then was run: whatever stood in the way before does no more.</summary>
    internal void Clear(JobKey key, DateTimeOffset at) => Clear(key, met => met.LastAt < at);

    /// <inheritdoc cref="Clear(JobKey, DateTimeOffset)"/>
    internal void Clear(GroupId group, DateTimeOffset at) => Clear(KeyOf(group), at);

    /// <summary>
    /// A check waits no more: nor does what stood in its own way, however long it had waited, or in that of any before it.
    /// </summary>
    /// <remarks>That it was started says nothing of whether it will report.</remarks>
    internal void Clear(JobKey key, string child, DateTimeOffset submittedAt) =>
        Clear(key, met => met.Obstacle.Kind is not ObstacleKind.NoReport && (met.Child == child || met.LastAt < submittedAt));

    /// <summary>Its checks are heard of, or none has ended since that was so.</summary>
    internal void Hear(JobKey key) => Clear(key, met => met.Obstacle.Kind is ObstacleKind.NoReport);

    /// <summary>Another server makes the rounds, and finds out whether clients can run checks.</summary>
    internal void Rest()
    {
        _groups.Clear();
        foreach (var key in _obstacles.Keys)
        {
            Clear(key, met => met.Obstacle.Kind is ObstacleKind.NoClient or ObstacleKind.NoReport);
        }
    }

    private JobKey KeyOf(GroupId group) => _groups.TryGetValue(group, out var key) ? key : JobKey.Of(group);

    private void Clear(JobKey key, Func<(Obstacle Obstacle, DateTimeOffset LastAt, string? Child), bool> which)
    {
        if (_obstacles.TryGetValue(key, out var met) && which(met))
        {
            _obstacles.TryRemove(KeyValuePair.Create(key, met));
        }
    }

    internal void Forget(Func<JobKey, bool> which)
    {
        foreach (var key in _known.Keys.Concat(_obstacles.Keys).Concat(_forced.Keys).Where(which))
        {
            _known.TryRemove(key, out _);
            _obstacles.TryRemove(key, out _);
            _forced.TryRemove(key, out _);
        }
    }
}
