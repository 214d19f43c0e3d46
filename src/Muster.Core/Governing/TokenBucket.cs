using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>
/// A token bucket that fills with monotonic time, with the whole of a budget or a share of it. Not safe to share: its owner holds a lock.
/// </summary>
internal sealed class TokenBucket
{
    private readonly CallBudget _budget;
    private readonly TimeProvider _timeProvider;
    private double _share = 1;
    private double _tokens;
    private long _filledAt;

    public TokenBucket(CallBudget budget, TimeProvider timeProvider)
    {
        _budget = budget;
        _timeProvider = timeProvider;
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
        Fill();
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }

    /// <summary>How long until one token is there; zero when it is.</summary>
    public TimeSpan UntilNext()
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
