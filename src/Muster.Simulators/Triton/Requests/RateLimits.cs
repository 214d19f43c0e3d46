using Muster.Simulators.Triton.Settings;

namespace Muster.Simulators.Triton.Requests;

/// <summary>A token bucket for each account and family of endpoints; what is refused costs nothing.</summary>
internal sealed class RateLimits(TritonSimulatorOptions options, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<(Guid Account, string Family), (double Tokens, long At)> _buckets = [];

    /// <summary>Takes one; false when none is left.</summary>
    public bool TryTake(Guid account, string path)
    {
        if (options.PerSecond <= 0)
        {
            return true;
        }

        var key = (account, Family(path));
        lock (_gate)
        {
            var now = timeProvider.GetTimestamp();
            var (tokens, at) = _buckets.GetValueOrDefault(key, (options.Burst, now));
            tokens = Math.Min(options.Burst, tokens + (timeProvider.GetElapsedTime(at, now).TotalSeconds * options.PerSecond));
            var isGiven = tokens >= 1;
            _buckets[key] = (isGiven ? tokens - 1 : tokens, now);
            return isGiven;
        }
    }

    private static string Family(string path) =>
        path.Split('/')[0] switch { "fwrules" => "machines", "" => "account", var family => family };
}
