namespace Muster.Core.Pulsing;

/// <summary>
/// What the rooms of one schedule share: the lock on all they know, the clock they go by, and the alarm of the loop that starts things.
/// </summary>
internal sealed class PulseGate(TimeProvider timeProvider) : IDisposable
{
    private readonly long _startedAt = timeProvider.GetTimestamp();
    private readonly Alarm _alarm = new(timeProvider);

    public Lock Lock { get; } = new();

    /// <summary>Time since the start: monotonic, so that no clock jump moves what is due.</summary>
    public TimeSpan Now => timeProvider.GetElapsedTime(_startedAt);

    /// <summary>The wall clock, for what people read.</summary>
    public DateTimeOffset UtcNow => timeProvider.GetUtcNow();

    /// <summary>Something may be due sooner: the loop looks again.</summary>
    public void Ring() => _alarm.Ring();

    /// <summary>Returns after <paramref name="delay"/>, or when somebody rings.</summary>
    public Task WaitAsync(TimeSpan delay) => _alarm.WaitAsync(delay);

    /// <inheritdoc/>
    public void Dispose() => _alarm.Dispose();
}
