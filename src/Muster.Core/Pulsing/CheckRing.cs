using Muster.Core.Checks;

namespace Muster.Core.Pulsing;

/// <summary>One group's last runs, in as little room as they need. Not safe to share: <see cref="CheckHistory"/> holds its lock.</summary>
internal sealed class CheckRing
{
    // Oldest first from next once it is full; it only wraps at the size that it may have.
    private Entry[] _entries = [];
    private int _next;

    public int Count { get; private set; }

    /// <summary>The newest; null when there is none.</summary>
    public Entry? Newest => Count == 0 ? null : _entries[(_next + _entries.Length - 1) % _entries.Length];

    /// <summary>Keeps a run and forgets the oldest beyond <paramref name="max"/>.</summary>
    public void Add(Entry entry, int max)
    {
        if (_entries.Length > max || (Count == _entries.Length && Count < max))
        {
            Resize(max);
        }

        _entries[_next] = entry;
        _next = (_next + 1) % _entries.Length;
        Count = Math.Min(Count + 1, _entries.Length);
    }

    public IEnumerable<Entry> NewestFirst()
    {
        for (var i = 1; i <= Count; i++)
        {
            yield return _entries[(_next + _entries.Length - i) % _entries.Length];
        }
    }

    private void Resize(int max)
    {
        // Most groups are on their way to the full size; one that is checked once a day is not.
        var size = Math.Min(max, Math.Max(4, 2 * Count));
        var kept = NewestFirst().Take(size).Reverse().ToArray();
        Count = kept.Length;
        Array.Resize(ref kept, size);
        (_entries, _next) = (kept, Count % size);
    }

    /// <summary>One run. Ticks and not times: half the room.</summary>
    /// <param name="StartedAt">UTC ticks.</param>
    /// <param name="DueAt">UTC ticks; 0 for none.</param>
    /// <param name="Duration">Ticks.</param>
    /// <param name="Outcome">Null when it broke off.</param>
    /// <param name="Reason">In words; the same string for runs that say the same.</param>
    internal readonly record struct Entry(long StartedAt, long DueAt, long Duration, CheckOutcome? Outcome, string Reason);
}
