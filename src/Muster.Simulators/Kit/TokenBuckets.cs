namespace Muster.Simulators.Kit;

/// <summary>Token buckets, one for each key; what is refused costs nothing. Safe to share.</summary>
/// <typeparam name="TKey">What has a bucket of its own, such as an account and a family of calls.</typeparam>
internal sealed class TokenBuckets<TKey>(TimeProvider timeProvider) where TKey : notnull
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<TKey, (double Tokens, long At)> _buckets = [];

    /// <summary>Takes tokens.</summary>
    /// <param name="key">From which bucket; a new one is full.</param>
    /// <param name="burst">How many it holds.</param>
    /// <param name="perSecond">How many it gets a second.</param>
    /// <param name="cost">How many are taken.</param>
    /// <returns>Whether there were so many, and how many are left.</returns>
    public (bool IsGiven, double Left) Take(TKey key, double burst, double perSecond, double cost = 1)
    {
        lock (_gate)
        {
            var now = timeProvider.GetTimestamp();
            var (tokens, at) = _buckets.GetValueOrDefault(key, (burst, now));
            tokens = Math.Min(burst, tokens + (timeProvider.GetElapsedTime(at, now).TotalSeconds * perSecond));
            var isGiven = tokens >= cost;
            var left = isGiven ? tokens - cost : tokens;
            _buckets[key] = (left, now);
            return (isGiven, left);
        }
    }
}
