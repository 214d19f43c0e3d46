using Muster.Core;

namespace Muster.Health.Keeping;

/// <summary>
/// Since when this server would have heard whatever is said of instances. What was said before may be lost, and a silence that began then
/// says nothing. Guarded by the keeper's gate.
/// </summary>
internal sealed class Ear
{
    // A loop that is so late stood still, as in a machine that sleeps or is moved, or the clock was set: the requests of that time may come
    // yet, or never.
    private static readonly TimeSpan LateMax = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _timeProvider;
    private readonly Dictionary<AccountId, DateTimeOffset> _missed = [];
    private DateTimeOffset _from;
    private DateTimeOffset _lastAt;
    private long _lastStamp;

    public Ear(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        (_from, _lastAt, _lastStamp) = (timeProvider.GetUtcNow(), timeProvider.GetUtcNow(), timeProvider.GetTimestamp());
    }

    /// <summary>Since when all is heard that is said of an account's instances.</summary>
    public DateTimeOffset From(AccountId account) =>
        _missed.TryGetValue(account, out var missed) && missed > _from ? missed : _from;

    /// <summary>Something was said of an account's instances and could not be kept; of anybody's, where nobody knows whose.</summary>
    public void Missed(AccountId? account)
    {
        if (account is { } whose)
        {
            _missed[whose] = _timeProvider.GetUtcNow();
        }
        else
        {
            _from = _timeProvider.GetUtcNow();
        }
    }

    /// <summary>The loop has come by.</summary>
    /// <param name="late">How long after it was to.</param>
    public void Listen(TimeSpan late)
    {
        var (now, stamp) = (_timeProvider.GetUtcNow(), _timeProvider.GetTimestamp());
        var slept = (now - _lastAt - _timeProvider.GetElapsedTime(_lastStamp, stamp)).Duration();
        (_lastAt, _lastStamp) = (now, stamp);
        if (late > LateMax || slept > LateMax)
        {
            _from = now;
        }
    }
}
