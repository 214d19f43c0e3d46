using System.Diagnostics.CodeAnalysis;

using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>
/// The tickers of all groups known here, those of each sweep, and those that hurry in the order in which they come. Not safe to share:
/// <see cref="Schedule"/> holds its lock.
/// </summary>
internal sealed class GroupTickers
{
    private readonly Dictionary<GroupId, GroupTicker> _all = [];
    private readonly Dictionary<SweepKey, HashSet<GroupTicker>> _bySweep = [];
    private readonly PriorityQueue<(GroupTicker Ticker, TimeSpan At), TimeSpan> _hurried = new();

    public int Count => _all.Count;

    public IReadOnlyCollection<GroupTicker> All => _all.Values;

    /// <summary>When the first one that hurries comes, or would have come; null when none hurries.</summary>
    public TimeSpan? NextHurried => _hurried.TryPeek(out _, out var at) ? at : null;

    public GroupTicker? Find(GroupId group) => _all.GetValueOrDefault(group);

    public GroupTicker Get(GroupId group) => _all.TryGetValue(group, out var ticker) ? ticker : _all[group] = new(group);

    public IReadOnlyCollection<GroupTicker> Of(SweepKey sweep) =>
        _bySweep.TryGetValue(sweep, out var tickers) ? tickers : [];

    /// <summary>A group was read: here it lives.</summary>
    public void Place(GroupTicker ticker, SweepKey sweep)
    {
        if (ticker.Sweep == sweep)
        {
            return;
        }

        Displace(ticker);
        ticker.Sweep = sweep;
        (_bySweep.TryGetValue(sweep, out var tickers) ? tickers : _bySweep[sweep] = []).Add(ticker);
    }

    public void Remove(GroupTicker ticker)
    {
        Displace(ticker);
        _all.Remove(ticker.Group);
    }

    /// <summary>Has it come by itself at that time, unless it comes earlier already.</summary>
    public void Hurry(GroupTicker ticker, TimeSpan at)
    {
        if (ticker.AloneAt is { } planned && planned <= at)
        {
            return;
        }

        ticker.AloneAt = at;
        _hurried.Enqueue((ticker, at), at);
    }

    /// <summary>The next one that hurries and whose time has come.</summary>
    public bool TryTakeHurried(TimeSpan now, [NotNullWhen(true)] out GroupTicker? ticker)
    {
        while (_hurried.TryPeek(out var item, out var at) && at <= now)
        {
            _hurried.Dequeue();

            // One that was claimed, hurried more, or forgotten since has another time, or is not the one that is known.
            if (item.Ticker.AloneAt == item.At && item.Ticker.Running is null && Find(item.Ticker.Group) == item.Ticker)
            {
                ticker = item.Ticker;
                return true;
            }
        }

        ticker = null;
        return false;
    }

    private void Displace(GroupTicker ticker)
    {
        if (ticker.Sweep is { } sweep && _bySweep.TryGetValue(sweep, out var tickers) && tickers.Remove(ticker) && tickers.Count == 0)
        {
            _bySweep.Remove(sweep);
        }
    }
}
