using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;

namespace Muster.Traffic.Tests.Support;

/// <summary>Keeps groups and notes in memory, and fails when a test says so.</summary>
internal sealed class FakeStore : IGroupReader, IMemberStore, ITrailStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<GroupId, GroupRecord> _groups = [];
    private readonly List<Activity> _told = [];
    private StoreException? _failure;

    /// <summary>What every call fails with; null for nothing.</summary>
    public StoreException? Failure
    {
        set
        {
            lock (_gate)
            {
                _failure = value;
            }
        }
    }

    public IReadOnlyList<Activity> Told
    {
        get
        {
            lock (_gate)
            {
                return [.. _told];
            }
        }
    }

    public void Put(GroupRecord record)
    {
        lock (_gate)
        {
            _groups[record.Group.Id] = record;
        }
    }

    public void Remove(GroupId group)
    {
        lock (_gate)
        {
            _groups.Remove(group);
        }
    }

    public GroupRecord Of(GroupId group)
    {
        lock (_gate)
        {
            return _groups[group];
        }
    }

    /// <summary>Changes a group as a check or a person would.</summary>
    public GroupRecord Change(GroupId group, Func<GroupRecord, GroupRecord> change)
    {
        lock (_gate)
        {
            return _groups[group] = change(_groups[group]);
        }
    }

    /// <summary>What the drain's gate of an instance was told; null for nothing.</summary>
    public GateWord? GateOf(GroupId group, InstanceId instance) => Of(group).Notes
        .FirstOrDefault(note => note.Instance == instance)?.Gates.FirstOrDefault(word => word.Gate == Gates.Drain);

    public Task<GroupRecord?> FindGroupAsync(GroupId group, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _failure is null
                ? Task.FromResult(_groups.GetValueOrDefault(group))
                : Task.FromException<GroupRecord?>(_failure);
        }
    }

    public Task<ImmutableArray<MemberNote>> NoteAsync(
        GroupId group, ImmutableArray<NoteChange> changes, Activity? activity, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_failure is not null)
            {
                return Task.FromException<ImmutableArray<MemberNote>>(_failure);
            }

            try
            {
                var record = _groups[group];
                var notes = Gatekeeping.Apply(
                    record.Group.Drain, record.Group.Hooks, record.State.Members, record.Notes, changes);
                _groups[group] = record with { Notes = notes };
                return Task.FromResult(notes);
            }
            catch (InputException error)
            {
                return Task.FromException<ImmutableArray<MemberNote>>(error);
            }
        }
    }

    public Task<ImmutableArray<Activity>> AppendAsync(
        AccountId account, ImmutableArray<Activity> activities, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _told.AddRange(activities);
            return Task.FromResult(activities);
        }
    }

    public Task<Page<Activity>> ListActivitiesAsync(GroupId group, PageRequest page, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Activity?> FirstActivityAsync(GroupId group, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<Activity>> ReadActivitiesAsync(
        AccountId account, long afterPosition, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> LastPositionAsync(AccountId account, CancellationToken cancellationToken) => throw new NotSupportedException();
}
