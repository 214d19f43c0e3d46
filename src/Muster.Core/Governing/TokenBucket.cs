using System.Collections.Immutable;

namespace Muster.Core.Governing;

/// <summary>
/// A token bucket that fills with monotonic time, with the whole of a budget or a share of it, and the windows beside it. Not safe to
/// share: its owner holds a lock.
/// </summary>
internal sealed class TokenBucket
{
    private readonly CallBudget _budget;
    private readonly TimeProvider _timeProvider;
    private readonly ImmutableArray<WindowCounter> _windows;
    private double _share = 1;
    private double _tokens;
    private long _filledAt;

    public TokenBucket(CallBudget budget, TimeProvider timeProvider)
    {
        _budget = budget;
        _timeProvider = timeProvider;
        _windows = [.. budget.Windows.Select(window => new WindowCounter(window, timeProvider))];
        _tokens = budget.Burst;
        _filledAt = timeProvider.GetTimestamp();
    }

    /// <summary>The part of the budget that it fills with; more than 0, at most 1. One call at once may always be saved up for.</summary>
    public double Share
    {
        get => _share;
        set
        {
            Fill();
            _share = value;
            _tokens = Math.Min(_tokens, Burst);
        }
    }

    /// <summary>Calls a second.</summary>
    public double PerSecond => _budget.PerSecond * _share;

    private double Burst => Math.Max(1, _budget.Burst * _share);

    public bool TryTake()
    {
        if (UntilNext() > TimeSpan.Zero)
        {
            return false;
        }

        _tokens--;
        foreach (var window in _windows)
        {
            window.Take();
        }

        return true;
    }

    /// <summary>How long until one token is there and fits into every window; zero when it is.</summary>
    public TimeSpan UntilNext()
    {
        var until = UntilToken();
        foreach (var window in _windows)
        {
            var more = window.UntilNext(_share);
            until = more > until ? more : until;
        }

        return until;
    }

    private TimeSpan UntilToken()
    {
        Fill();

        // One tick more than the arithmetic says: a timer that fires a rounding error early would only be set again.
        if (_tokens >= 1)
        {
            return TimeSpan.Zero;
        }

        var seconds = (1 - _tokens) / PerSecond;
        return seconds < TimerSpan.Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) + TimeSpan.FromTicks(1) : TimerSpan.Longest;
    }

    private void Fill()
    {
        var now = _timeProvider.GetTimestamp();
        _tokens = Math.Min(Burst, _tokens + (_timeProvider.GetElapsedTime(_filledAt, now).TotalSeconds * PerSecond));
        _filledAt = now;
    }
}
