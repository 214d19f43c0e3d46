using Muster.Core;

namespace Muster.Health.Keeping;

/// <summary>
/// When instances are probed: each at its own place within its interval, by its id, so that 10,000 of them make an even stream. Pure.
/// </summary>
internal static class Slots
{
    /// <summary>An instance's place in any interval, from 0 up to 1.</summary>
    public static double PlaceOf(InstanceId instance)
    {
        // FNV-1a, mixed by the finalizer of SplitMix64: ids that differ in one digit lie far apart.
        var hash = 14695981039346656037UL;
        foreach (var letter in instance.Value)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9UL;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebUL;
        return ((hash ^ (hash >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>The first of its times that is not before an instant.</summary>
    /// <param name="from">The instant.</param>
    /// <param name="interval">From one of its times to the next.</param>
    /// <param name="place">Its place within.</param>
    public static TimeSpan From(TimeSpan from, TimeSpan interval, double place)
    {
        var first = interval * place;
        return from <= first ? first : first + (Math.Ceiling((from - first) / interval) * interval);
    }

    /// <summary>The time after one that is over. A quarter of the interval lies between, where the one before was not its own.</summary>
    /// <param name="due">The one that is over.</param>
    /// <param name="now">The instant: what was missed for longer than an interval is not made up for.</param>
    /// <param name="interval">From one of its times to the next.</param>
    /// <param name="place">Its place within.</param>
    public static TimeSpan After(TimeSpan due, TimeSpan now, TimeSpan interval, double place)
    {
        var next = From(due + (interval / 4), interval, place);
        return next + interval >= now ? next : From(now, interval, place);
    }
}
