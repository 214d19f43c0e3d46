using Muster.Core;

namespace Muster.Storage.Postgres;

/// <summary>The waits between the attempts of one call: each about twice the last, with jitter, and an end to them all.</summary>
/// <param name="random">Gives the jitter.</param>
/// <param name="time">Measures.</param>
internal sealed class Backoff(IRandomSource random, TimeProvider time)
{
    /// <summary>No attempt begins later than this after the first: a caller who waits wants an answer.</summary>
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(10);

    /// <summary>About as long as the transaction takes that was in the way.</summary>
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(4);

    /// <summary>A database that starts up takes seconds; more often than this need nobody ask.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly long beganAt = time.GetTimestamp();
    private TimeSpan next = First;

    /// <summary>Waits; false when there is no time for another attempt.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        // Half to all of it: those who were in each other's way must not meet again.
        var wait = next * (0.5 + (random.NextUnit() / 2));
        if (time.GetElapsedTime(beganAt) + wait > Total)
        {
            return false;
        }

        next = next * 2 < Longest ? next * 2 : Longest;
        await Task.Delay(wait, time, cancellationToken);
        return true;
    }
}
