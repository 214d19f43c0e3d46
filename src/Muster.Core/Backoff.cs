namespace Muster.Core;

/// <summary>Exponential back-off.</summary>
public static class Backoff
{
    /// <summary>
    /// The wait before attempt number <paramref name="attempts"/> + 1: doubles from <paramref name="min"/> up to <paramref name="max"/>.
    /// </summary>
    /// <param name="attempts">Attempts made so far, from 1; 0 and less count as 1.</param>
    /// <param name="min">The first wait.</param>
    /// <param name="max">The longest.</param>
    public static TimeSpan Delay(int attempts, TimeSpan min, TimeSpan max)
    {
        // Past 2^30 the product would only overflow; the cap is long reached.
        var doublings = Math.Clamp(attempts - 1, 0, 30);
        var delay = min.TotalMilliseconds * Math.Pow(2, doublings);
        return delay >= max.TotalMilliseconds ? max : TimeSpan.FromMilliseconds(delay);
    }

    /// <summary>Between half of <paramref name="delay"/> and all of it, so that those who failed together do not return together.</summary>
    public static TimeSpan WithJitter(TimeSpan delay, IRandomSource random) => delay * (0.5 + (random.NextUnit() / 2));
}
