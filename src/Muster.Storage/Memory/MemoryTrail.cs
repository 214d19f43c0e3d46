using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Memory;

/// <summary>The audit trail in memory. Not safe to share between threads: <see cref="MemoryStore"/> holds its lock.</summary>
internal sealed class MemoryTrail
{
    private readonly Dictionary<GroupId, List<Entry>> _byGroup = [];
    private readonly Dictionary<AccountId, AccountLog> _byAccount = [];
    private readonly HashSet<ActivityId> _ids = [];

    /// <summary>The newest position of an account; 0 in an empty trail.</summary>
    public long LastPositionOf(AccountId account) => _byAccount.GetValueOrDefault(account)?.LastPosition ?? 0;

    /// <summary>The oldest entry of a group; null when there is none.</summary>
    public Activity? FirstOf(GroupId group) => _byGroup.GetValueOrDefault(group) is [var first, ..] ? first.Kept : null;

    /// <summary>Refuses when one of <paramref name="activities"/> is in the trail already, before anything is written.</summary>
    public void EnsureNew(ImmutableArray<Activity> activities)
    {
        foreach (var activity in activities)
        {
            if (_ids.Contains(activity.Id))
            {
                throw new StoreException(StoreErrorKind.Duplicate, $"activity {activity.Id} is in the trail already");
            }
        }
    }

    /// <summary>Appends, or melts into the group's newest entry.</summary>
    public Activity Append(Activity activity)
    {
        if (!_byGroup.TryGetValue(activity.Group, out var entries))
        {
            _byGroup.Add(activity.Group, entries = []);
        }

        if (!_byAccount.TryGetValue(activity.Account, out var log))
        {
            _byAccount.Add(activity.Account, log = new AccountLog());
        }

        var newest = entries.Count > 0 ? entries[^1] : null;
        var entry = TrailRule.Append(newest, activity, log.LastPosition + 1);
        var isRepeat = entry.Number == newest?.Number;
        if (isRepeat)
        {
            entries[^1] = entry;
        }
        else
        {
            _ids.Add(entry.Kept.Id);
            entries.Add(entry);
        }

        log.Append(new Mark(entry.Kept.Position, entries, entries.Count - 1), leavesOneStale: isRepeat);
        return entry.Kept;
    }

    /// <summary>A page of a group's entries, newest first.</summary>
    public Page<Activity> List(GroupId group, PageRequest page)
    {
        var entries = Before(group, TrailRule.Before(page), page.Limit + 1);
        return Page.Cut(entries, page, entry => PageCursor.AfterPosition(entry.Number)).Select(entry => entry.Kept);
    }

    /// <summary>At most <paramref name="limit"/> entries of an account after a position.</summary>
    public ImmutableArray<Activity> After(AccountId account, long afterPosition, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return _byAccount.TryGetValue(account, out var log) ? log.After(afterPosition, limit) : [];
    }

    private ImmutableArray<Entry> Before(GroupId group, long number, int limit)
    {
        if (!_byGroup.TryGetValue(group, out var entries))
        {
            return [];
        }

        var page = ImmutableArray.CreateBuilder<Entry>();
        for (var i = FirstAtOrAfter(entries, number, entry => entry.Number) - 1; i >= 0 && page.Count < limit; i--)
        {
            page.Add(entries[i]);
        }

        return page.ToImmutable();
    }

    private static int FirstAtOrAfter<T>(List<T> sorted, long position, Func<T, long> positionOf)
    {
        var (low, high) = (0, sorted.Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = positionOf(sorted[middle]) < position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Where the entry of a position is; stale once a repeat melted into the entry and renewed its position.</summary>
    private readonly record struct Mark(long Position, List<Entry> Entries, int Index)
    {
        public Activity Entry => Entries[Index].Kept;

        public bool IsStale => Entry.Position != Position;
    }

    /// <summary>An account's positions in order. Stale marks are skipped, and cleared away once they are the majority.</summary>
    private sealed class AccountLog
    {
        // Below this, clearing away costs more than skipping.
        private const int StaleMin = 1024;

        private readonly List<Mark> _marks = [];
        private int _stale;

        // The newest mark is never stale, so clearing away leaves it.
        public long LastPosition => _marks.Count == 0 ? 0 : _marks[^1].Position;

        public void Append(Mark mark, bool leavesOneStale)
        {
            System.Diagnostics.Debug.Assert(_marks.Count == 0 || _marks[^1].Position < mark.Position, "positions grow");
            _marks.Add(mark);
            _stale += leavesOneStale ? 1 : 0;
            if (_stale > StaleMin && _stale > _marks.Count / 2)
            {
                _marks.RemoveAll(each => each.IsStale);
                _stale = 0;
            }
        }

        public ImmutableArray<Activity> After(long position, int limit)
        {
            var read = ImmutableArray.CreateBuilder<Activity>();
            for (var i = FirstAtOrAfter(_marks, position + 1, mark => mark.Position); i < _marks.Count && read.Count < limit; i++)
            {
                if (!_marks[i].IsStale)
                {
                    read.Add(_marks[i].Entry);
                }
            }

            return read.ToImmutable();
        }
    }
}
