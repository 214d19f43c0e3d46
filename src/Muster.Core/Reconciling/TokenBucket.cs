namespace Muster.Core.Reconciling;

/// <summary>A token bucket that fills with monotonic time. Not safe to share: its owner holds a lock.</summary>
internal sealed class TokenBucket
{
    private readonly CallBudget budget;
    private readonly TimeProvider time;
    private double tokens;
    private long filledAt;

    public TokenBucket(CallBudget budget, TimeProvider time)
    {
        this.budget = budget;
        this.time = time;
        tokens = budget.Burst;
        filledAt = time.GetTimestamp();
    }

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
        return tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - tokens) / budget.PerSecond) + TimeSpan.FromTicks(1);
    }

    private void Fill()
    {
        var now = time.GetTimestamp();
        tokens = Math.Min(budget.Burst, tokens + (time.GetElapsedTime(filledAt, now).TotalSeconds * budget.PerSecond));
        filledAt = now;
    }
}
