namespace Muster.Core.Steering;

/// <summary>
/// What is remembered of a receiver once an outside system has called. Pure; <see cref="Recommender"/> says what follows.
/// </summary>
public static class Receiving
{
    /// <summary>An alarm fires, or the level is to be moved.</summary>
    /// <param name="rule">The receiver.</param>
    /// <param name="last">What it was told before; null for nothing.</param>
    /// <param name="adjustment">What was asked; of an alarm that fires, <see cref="PolicyRule.Receiver.OnAlarm"/>.</param>
    /// <param name="desired">How many there are to be now.</param>
    /// <param name="now">When.</param>
    /// <param name="reason">Why, in that system's words.</param>
    /// <returns>
    /// The word that is to be remembered, and until when it takes no further adjustment, where it took none: null where it was taken. A
    /// number is always taken, since saying it twice comes to the same.
    /// </returns>
    public static (ReceivedWord? Word, DateTimeOffset? RestsUntil) Tell(
        PolicyRule.Receiver rule, ReceivedWord? last, Adjustment adjustment, int desired, DateTimeOffset now, string reason)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var count = adjustment.Of(desired);
        if (adjustment.Kind is AdjustmentKind.Exact)
        {
            return (new(count, now, reason, last?.MovedAt), null);
        }

        // A move from further ahead than it rests was made by a clock that was wrong.
        return last?.MovedAt is { } moved && now < moved + rule.Cooldown && moved - now <= rule.Cooldown
            ? (last, moved + rule.Cooldown)
            : (new(count, now, reason, now), null);
    }

    /// <summary>All is well again: it asks for nothing any more, and still rests from its last move.</summary>
    public static ReceivedWord Resolve(ReceivedWord? last, DateTimeOffset now, string reason) =>
        new(Desired: null, now, reason, last?.MovedAt);
}
