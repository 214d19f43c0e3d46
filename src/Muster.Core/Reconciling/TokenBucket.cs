namespace Muster.Core.Reconciling;

/// <summary>A token bucket that fills with monotonic time, with the whole of a budget or a share of it. Not safe to share: its owner holds a lock.</summary>
internal sealed class TokenBucket
{
    private readonly CallBudget budget;
    private readonly TimeProvider time;
    private double share = 1;
    private double tokens;
    private long filledAt;

    public TokenBucket(CallBudget budget, TimeProvider time)
    {
        this.budget = budget;
        this.time = time;
        tokens = budget.Burst;
        filledAt = time.GetTimestamp();
    }

    /// <summary>The part of the budget that it fills with; more than 0, at most 1. One call at once may always be saved up for.</summary>
    public double Share
    {
        get => share;
        set
        {
            Fill();
            share = value;
            tokens = Math.Min(tokens, Burst);
        }
    }

    /// <summary>Calls a second.</summary>
    public double PerSecond => budget.PerSecond * share;

    private double Burst => Math.Max(1, budget.Burst * share);

    public bool TryTake()
    {
        Fill();
        if (tokens < 1)
        {
            return false;
        }

        tokens--;
        return true;
    }

    /// <summary>How long until one token is there; zero when it is.</summary>
    public TimeSpan UntilNext()
    {
        Fill();

        // One tick more than the arithmetic says: a timer that fires a rounding error early would only be set again.
        if (tokens >= 1)
        {
            return TimeSpan.Zero;
        }

        var seconds = (1 - tokens) / PerSecond;
        return seconds < TimerSpan.Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) + TimeSpan.FromTicks(1) : TimerSpan.Longest;
    }

    private void Fill()
    {
        var now = time.GetTimestamp();
        tokens = Math.Min(Burst, tokens + (time.GetElapsedTime(filledAt, now).TotalSeconds * PerSecond));
        filledAt = now;
    }
}
