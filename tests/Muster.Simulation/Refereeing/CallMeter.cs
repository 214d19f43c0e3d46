using Muster.Core.Clouds;

namespace Muster.Simulation.Refereeing;

/// <summary>Whether one process keeps to one credential's pace and silence.</summary>
/// <param name="traits">The cloud's.</param>
/// <param name="readSlack">Reads that may come later than their turn, and so together: after the process stood still.</param>
/// <param name="writeSlack">Writes that may: those whose intents were being written.</param>
internal sealed class CallMeter(CloudTraits traits, int readSlack, int writeSlack)
{
    private double _reads = traits.Burst + readSlack;
    private double _writes = traits.Burst + writeSlack;
    private TimeSpan _filledAt;
    private TimeSpan _closedAt;
    private TimeSpan _closedUntil;

    /// <summary>What is wrong with a call made now; null when nothing is.</summary>
    public string? OnCall(TimeSpan now, bool isWrite, bool isCatchingUp)
    {
        Fill(now);

        // A call made at the very instant of the answer is in flight already; so is one that a process which stood still had begun.
        if (now > _closedAt && now < _closedUntil && !isCatchingUp)
        {
            return $"called {(_closedUntil - now).TotalSeconds:0.###} s before the cloud's retry-after is over";
        }

        // A millionth of a call: sums of rounded shares.
        ref var left = ref isWrite ? ref _writes : ref _reads;
        left -= 1;
        return left < -1e-6 ? $"made more {(isWrite ? "writes" : "reads")} than its budget allows" : null;
    }

    /// <summary>The cloud asked for silence, and the process knows it from now on.</summary>
    public void OnThrottled(TimeSpan now, TimeSpan retryAfter)
    {
        if (now + retryAfter > _closedUntil)
        {
            _closedAt = now;
            _closedUntil = now + retryAfter;
        }
    }

    private void Fill(TimeSpan now)
    {
        var seconds = (now - _filledAt).TotalSeconds;
        _reads = Math.Min(traits.Burst + readSlack, _reads + (seconds * traits.ReadsPerSecond));
        _writes = Math.Min(traits.Burst + writeSlack, _writes + (seconds * traits.WritesPerSecond));
        _filledAt = now;
    }
}
