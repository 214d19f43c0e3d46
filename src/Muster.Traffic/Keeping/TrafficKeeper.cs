using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Traffic;

namespace Muster.Traffic.Keeping;

/// <summary>
/// Takes members into their groups' sources of traffic and out of them, and tells gates when a drain is done: one a server.
/// </summary>
/// <remarks>
/// Which groups are this server's it knows from the looks that checks make anyway (<see cref="ISightings"/>), as who probes does; what is
/// to become of a member it reads from the store. Two servers that see the same group do the same twice, which does no harm.
/// </remarks>
public sealed class TrafficKeeper : ISightings, ITrafficWords, IDisposable
{
    // So long after this server last looked, or tried to, a group is somebody else's.
    private static readonly TimeSpan PatienceMin = TimeSpan.FromMinutes(3);
    private const int PatienceIntervals = 3;

    private static readonly TimeSpan TidyEvery = TimeSpan.FromSeconds(30);

    private readonly TrafficParts _parts;
    private readonly CancellationTokenSource _drop = new();
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<GroupId, KeptTraffic> _groups = [];
    private readonly Dictionary<GroupId, CancellationTokenSource> _ends = [];
    private readonly List<Task> _ending = [];
    private bool _isStopping;

    /// <summary>A keeper that does nothing until somebody sees a group.</summary>
    /// <param name="sources">The sources; disposed by whoever opened them.</param>
    /// <param name="groups">Where groups are read.</param>
    /// <param name="notes">Where it is written what is found.</param>
    /// <param name="trail">Where it is told that a source does not work.</param>
    /// <param name="feed">Announces that.</param>
    /// <param name="wake">Has a group checked at once.</param>
    /// <param name="timeProvider">The store's clock.</param>
    /// <param name="random">For jitter and ids.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="observer">Hears what becomes of it.</param>
    public TrafficKeeper(
        TrafficSources sources, IGroupReader groups, IMemberStore notes, ITrailStore trail, ActivityFeed feed, Action<GroupId> wake,
        TimeProvider timeProvider, IRandomSource random, TrafficOptions options, ITrafficObserver observer) => _parts = new()
    {
        Sources = sources,
        Groups = groups,
        Notes = notes,
        Trail = trail,
        Feed = feed,
        Wake = wake,
        Time = timeProvider,
        Random = random,
        Options = options,
        Observer = observer,
    };

    /// <summary>What it comes to.</summary>
    public TrafficFigures Figures
    {
        get
        {
            var (joined, drained, left, failed) = _parts.Counts;
            lock (_gate)
            {
                return new(_groups.Count, _parts.SourcesDown, joined, drained, left, failed);
            }
        }
    }

    /// <inheritdoc/>
    public TrafficWord? Of(GroupId group, bool isAwaited)
    {
        lock (_gate)
        {
            if (!_groups.TryGetValue(group, out var kept))
            {
                return null;
            }

            // What a source says is of more use than that another was not asked yet; each of those must know that it is awaited.
            TrafficWord? first = null;
            foreach (var use in kept.Uses.Values)
            {
                first = use.Word(isAwaited) is { } word && first is not { IsKnown: true } && (first is null || word.IsKnown) ? word : first;
            }

            return first;
        }
    }

    /// <inheritdoc/>
    public void Saw(
        GroupRecord record, string cloud, ImmutableArray<Instance> instances, DateTimeOffset lookedAt, TimeSpan listingLagMax)
    {
        ArgumentNullException.ThrowIfNull(record);
        try
        {
            lock (_gate)
            {
                if (_isStopping)
                {
                    return;
                }

                var id = record.Group.Id;
                if (!_groups.TryGetValue(id, out var group))
                {
                    if (record.Group.Traffic.IsEmpty)
                    {
                        return;
                    }

                    _groups.Add(id, group = new(id, _parts));
                    _ends.Add(id, CancellationTokenSource.CreateLinkedTokenSource(_drop.Token));
                }

                var interval = record.Group.Interval * PatienceIntervals;
                (group.SeenAt, group.Patience) = (_parts.Now, interval > PatienceMin ? interval : PatienceMin);
                group.Saw(record, cloud, new(instances, lookedAt, listingLagMax));
                Match_NeedsGate(group, record.Group.Traffic);
                Ring_NeedsGate(group);
            }
        }
        catch (Exception error)
        {
            // Nobody's check fails for what becomes of its traffic.
            _parts.Observer.OnBroken($"what a look at group {record.Group.Name} shows", error);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A cloud that is away for an hour must not end what goes on without it: drains, and their gates.</remarks>
    public void Missed(GroupId group)
    {
        lock (_gate)
        {
            if (_groups.TryGetValue(group, out var kept))
            {
                kept.SeenAt = _parts.Now;
            }
        }
    }

    /// <inheritdoc/>
    public void Decided(GroupId group)
    {
        lock (_gate)
        {
            if (_groups.TryGetValue(group, out var kept))
            {
                kept.Age();
                Ring_NeedsGate(kept);
            }
        }
    }

    /// <summary>Works until <paramref name="stopping"/>; then drops what is under way: whoever comes next makes it again.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TidyEvery, _parts.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                Tidy();
            }
        }
        catch (OperationCanceledException)
        {
            // It stops.
        }

        List<Task> running;
        lock (_gate)
        {
            _isStopping = true;
            running = [.. _groups.Values.SelectMany(group => group.Uses.Values).Select(use => use.Running), .. _ending];
        }

        await _drop.CancelAsync();
        await Task.WhenAll(running);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var group in _groups.Values)
        {
            group.Dispose();
        }

        foreach (var end in _ends.Values)
        {
            end.Dispose();
        }

        _drop.Dispose();
    }

    private static void Ring_NeedsGate(KeptTraffic group)
    {
        foreach (var use in group.Uses.Values)
        {
            use.Ring();
        }
    }

    /// <summary>Has a loop for each use of the group, and ends those of uses that are none any more.</summary>
    private void Match_NeedsGate(KeptTraffic group, TrafficUses uses)
    {
        foreach (var (use, keeper) in group.Uses.ToList())
        {
            if (keeper.IsOver)
            {
                group.Uses.Remove(use);
            }
            else if (uses.All.Contains(use))
            {
                keeper.Keep();
            }
        }

        foreach (var use in uses.All)
        {
            if (!group.Uses.ContainsKey(use))
            {
                var keeper = new UseKeeper(group, use, _parts);
                group.Uses.Add(use, keeper);
                keeper.Running = keeper.RunAsync(_ends[group.Id].Token);
            }
        }

        foreach (var (use, keeper) in group.Uses.Where(kept => !uses.All.Contains(kept.Key)))
        {
            keeper.Retire([.. uses.All.Where(other => other.Source == use.Source).Select(other => group.Uses[other])]);
        }
    }

    /// <summary>Lets go of groups that nobody has seen for long: another server sees them now, or they are not there any more.</summary>
    private void Tidy()
    {
        lock (_gate)
        {
            _ending.RemoveAll(task => task.IsCompleted);
            foreach (var group in _groups.Values.ToList())
            {
                if (_parts.Now - group.SeenAt > group.Patience || group.Uses.Values.All(use => use.IsOver))
                {
                    _groups.Remove(group.Id);
                    _ends.Remove(group.Id, out var end);
                    _ending.Add(EndAsync(group, end!));
                }
            }
        }
    }

    private static async Task EndAsync(KeptTraffic group, CancellationTokenSource end)
    {
        await end.CancelAsync();
        await Task.WhenAll(group.Uses.Values.Select(use => use.Running));
        group.Dispose();
        end.Dispose();
    }
}
