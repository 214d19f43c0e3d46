namespace Muster.Simulators.Gce.Requests;

/// <summary>Limits of requests a minute, which are whole again at each full minute. Safe to share.</summary>
internal sealed class MinuteLimits(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<string, (long Minute, int Count)> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts a request, unless there were too many in this minute.</summary>
    public bool Take(string group, int perMinute)
    {
        lock (_gate)
        {
            var minute = timeProvider.GetUtcNow().ToUnixTimeSeconds() / 60;
            var count = _counts.GetValueOrDefault(group) is var last && last.Minute == minute ? last.Count : 0;
            if (count >= perMinute)
            {
                return false;
            }

            _counts[group] = (minute, count + 1);
            return true;
        }
    }
}
