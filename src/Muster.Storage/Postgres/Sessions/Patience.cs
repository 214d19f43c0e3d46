using Muster.Core;

namespace Muster.Storage.Postgres.Sessions;

/// <summary>The waits between the attempts of one call, and the end of them all.</summary>
/// <param name="random">Gives the jitter.</param>
/// <param name="timeProvider">Measures.</param>
internal sealed class Patience(IRandomSource random, TimeProvider timeProvider)
{
    /// <summary>No attempt begins later than this after the first: a caller who waits wants an answer.</summary>
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(10);

    /// <summary>What was in the way is one transaction, and over soon.</summary>
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(4);

    /// <summary>A database that starts up takes seconds; more often than this need nobody ask.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly long _beganAt = timeProvider.GetTimestamp();
    private int _attempts;

    /// <summary>Waits for the next attempt; false when there is no time for one.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        var wait = Backoff.WithJitter(Backoff.Delay(++_attempts, First, Longest), random);
        if (timeProvider.GetElapsedTime(_beganAt) + wait > Total)
        {
            return false;
        }

        await Task.Delay(wait, timeProvider, cancellationToken);
        return true;
    }
}
