namespace Muster.Core.Steering;

/// <summary>What is remembered of a receiver once an outside system has called. Pure; <see cref="Recommender"/> says what follows.</summary>
public static class Receiving
{
    /// <summary>An alarm fires, or the level is to be moved.</summary>
    /// <param name="rule">The receiver.</param>
    /// <param name="memory">What is remembered of it.</param>
    /// <param name="adjustment">What was asked; of an alarm that fires, <see cref="PolicyRule.Receiver.OnAlarm"/>.</param>
    /// <param name="desired">How many there are to be now.</param>
    /// <param name="now">When.</param>
    /// <param name="reason">Why, in that system's words.</param>
    /// <returns>
    /// What is to be remembered, and until when it takes no further adjustment, where it took none: null where it was taken. A number is
    /// always taken, since saying it twice comes to the same.
    /// </returns>
    public static (PolicyMemory Memory, DateTimeOffset? RestsUntil) Tell(
        PolicyRule.Receiver rule, PolicyMemory memory, Adjustment adjustment, int desired, DateTimeOffset now, string reason)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(memory);
        var count = adjustment.Of(desired);
        if (adjustment.Kind is AdjustmentKind.Exact)
        {
            return (memory with { Word = new(count, now, reason) }, null);
        }

        // A move from further ahead than it rests was made by a clock that was wrong.
        return memory.MovedAt is { } moved && now < moved + rule.Cooldown && moved - now <= rule.Cooldown
            ? (memory, moved + rule.Cooldown)
            : (memory with { MovedAt = now, MovedTo = count, Word = new(count, now, reason) }, null);
    }

    /// <summary>All is well again: it asks for nothing any more.</summary>
    public static PolicyMemory Resolve(PolicyMemory memory, DateTimeOffset now, string reason)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return memory with { Word = new(Desired: null, now, reason) };
    }
}
