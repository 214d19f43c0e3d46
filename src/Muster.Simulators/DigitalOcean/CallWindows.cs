namespace Muster.Simulators.DigitalOcean;

/// <summary>The requests of one token that still count: each does for an hour from when it was made. Safe to share.</summary>
internal sealed class CallWindows(TimeProvider timeProvider)
{
    /// <summary>Requests in an hour, and in a minute of it.</summary>
    public const int PerHour = 5000, PerMinute = 250;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1), Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();

    // Guarded by the gate; oldest first. What is refused does not count.
    private readonly Queue<DateTimeOffset> _hour = [], _minute = [];

    /// <summary>Counts a request, if it is one that may be made.</summary>
    public CallVerdict Take()
    {
        lock (_gate)
        {
            var now = timeProvider.GetUtcNow();
            Forget(_hour, now - Hour);
            Forget(_minute, now - Minute);
            var isBurst = _minute.Count >= PerMinute;
            var isGiven = !isBurst && _hour.Count < PerHour;
            if (isGiven)
            {
                _hour.Enqueue(now);
                _minute.Enqueue(now);
            }

            return new(
                isGiven,
                isGiven ? PerHour - _hour.Count : 0,
                _hour.TryPeek(out var oldest) ? oldest + Hour : now + Hour,
                !isGiven && isBurst ? _minute.Peek() + Minute - now : null);
        }
    }

    private static void Forget(Queue<DateTimeOffset> calls, DateTimeOffset until)
    {
        while (calls.TryPeek(out var at) && at <= until)
        {
            calls.Dequeue();
        }
    }
}

/// <summary>What becomes of a request, and what its answer's headers say.</summary>
/// <param name="IsGiven">Whether it may be made.</param>
/// <param name="Remaining">How many more.</param>
/// <param name="Reset">When the oldest one that counts counts no more.</param>
/// <param name="RetryAfter">How long to wait; told of the burst alone.</param>
internal sealed record CallVerdict(bool IsGiven, int Remaining, DateTimeOffset Reset, TimeSpan? RetryAfter);
