using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Core.Traffic;

namespace Muster.Traffic.Keeping;

/// <summary>A group that gets traffic: what was seen and read of it, and what its gates are told. Safe to share.</summary>
/// <param name="id">Which.</param>
/// <param name="parts">What all groups share.</param>
internal sealed class KeptTraffic(GroupId id, TrafficParts parts) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _reading = new(1);
    private readonly SemaphoreSlim _writing = new(1);

    // Guarded by the gate.
    private readonly Dictionary<(string Cloud, InstanceId Instance), (DateTimeOffset Since, HashSet<TrafficUse> Uses)> _empty = [];
    private readonly Dictionary<(string Cloud, InstanceId Instance), DateTimeOffset> _noted = [];
    private readonly HashSet<TrafficUse> _lingering = [];
    private ImmutableDictionary<string, Sighted> _seen = ImmutableDictionary<string, Sighted>.Empty.WithComparers(StringComparer.Ordinal);
    private GroupRecord? _record;
    private string _name = "";
    private DateTimeOffset _readAt;
    private bool _isStale = true;

    public GroupId Id => id;

    /// <summary>Its name, as it was last read.</summary>
    public string Name => Volatile.Read(ref _name);

    /// <summary>The loops of its uses. Guarded by the keeper's gate.</summary>
    public Dictionary<TrafficUse, UseKeeper> Uses { get; } = [];

    /// <summary>When a look was last heard of. Guarded by the keeper's gate.</summary>
    public DateTimeOffset SeenAt { get; set; }

    /// <summary>How long nobody may see it before another server is thought to have it. Guarded by the keeper's gate.</summary>
    public TimeSpan Patience { get; set; }

    /// <summary>The last looks, by cloud.</summary>
    public ImmutableDictionary<string, Sighted> Seen
    {
        get
        {
            lock (_gate)
            {
                return _seen;
            }
        }
    }

    /// <summary>Takes a look in.</summary>
    public void Saw(GroupRecord record, string cloud, Sighted look)
    {
        lock (_gate)
        {
            _seen = _seen.RemoveRange(_seen.Keys.Where(known => !record.Clouds.Contains(known))).SetItem(cloud, look);
            _record ??= record;
            _name = record.Group.Name;
            _isStale = true;
        }
    }

    /// <summary>What is known may be old.</summary>
    public void Age()
    {
        lock (_gate)
        {
            _isStale = true;
        }
    }

    /// <summary>The group as it is written; null where it lives no more.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<GroupRecord?> ReadAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            lock (_gate)
            {
                if (!_isStale && parts.Now - _readAt < parts.Options.ReadEvery)
                {
                    return _record;
                }

                _isStale = false;
            }

            GroupRecord? read;
            try
            {
                read = await parts.Groups.FindGroupAsync(id, cancellationToken);
            }
            catch
            {
                Age();
                throw;
            }

            lock (_gate)
            {
                _record = read is { Group.Phase: GroupPhase.Archived } ? null : read;
                _readAt = parts.Now;
                return _record;
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>A source has found a draining member empty. When all have whom the drain goes through, its gate is told.</summary>
    /// <param name="record">The group.</param>
    /// <param name="wanted">The member.</param>
    /// <param name="use">Which source.</param>
    public async Task FoundEmptyAsync(GroupRecord record, Wanted wanted, TrafficUse use)
    {
        if (wanted is not { DrainingSince: { } since, IsNoted: false } || record.Group.Drain is not { Through.IsEmpty: false } drain)
        {
            return;
        }

        var key = (wanted.Member.Cloud, wanted.Member.Instance.Id);
        lock (_gate)
        {
            if (!_empty.TryGetValue(key, out var known) || known.Since != since)
            {
                _empty[key] = known = (since, []);
            }

            known.Uses.Add(use);
            if (record.Group.Traffic.All.Concat(_lingering).Any(
                other => drain.Through.Contains(other.Source) && !known.Uses.Contains(other)))
            {
                return;
            }
        }

        await _writing.WaitAsync();
        try
        {
            lock (_gate)
            {
                if (_noted.GetValueOrDefault(key) == since)
                {
                    return;
                }
            }

            await NoteAsync([Passed(key, since)], wakes: true);
            lock (_gate)
            {
                _noted[key] = since;
            }
        }
        catch (InputException)
        {
            // No gate waits for it any more: it came back, or its time was over.
            Age();
        }
        catch (Exception error)
        {
            // The next round says it again.
            parts.Observer.OnStoreFailed(record.Group.Name, error);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Whether a use serves on that the group has another for: a drain goes through both.</summary>
    public void Linger(TrafficUse use, bool lingers)
    {
        lock (_gate)
        {
            _ = lingers ? _lingering.Add(use) : _lingering.Remove(use);
        }
    }

    /// <summary>Forgets what is remembered of members that are gone.</summary>
    public void Forget(ImmutableArray<Wanted> wanted)
    {
        lock (_gate)
        {
            var living = wanted.Where(one => one.DrainingSince is not null)
                .Select(one => (one.Member.Cloud, one.Member.Instance.Id)).ToHashSet();
            foreach (var key in _empty.Keys.Where(key => !living.Contains(key)).ToList())
            {
                _empty.Remove(key);
            }

            foreach (var key in _noted.Keys.Where(key => !living.Contains(key)).ToList())
            {
                _noted.Remove(key);
            }
        }
    }

    /// <summary>Writes what is said, and has the group checked where that is news.</summary>
    public async Task NoteAsync(ImmutableArray<NoteChange> changes, bool wakes)
    {
        try
        {
            await parts.Notes.NoteAsync(id, changes, activity: null, CancellationToken.None);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            // It was deleted meanwhile: nobody waits for it.
            Age();
            return;
        }

        Age();
        if (wakes)
        {
            parts.Wake(id);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reading.Dispose();
        _writing.Dispose();
    }

    private NoteChange Passed((string Cloud, InstanceId Instance) key, DateTimeOffset since)
    {
        // By the same clock as the decision; two servers' may be a hair apart.
        var at = parts.Now > since ? parts.Now : since;
        return new(key.Cloud, key.Instance) { Gate = new(Gates.Drain, GateAnswer.Continue, at, Until: null), GateOf = since };
    }
}
