namespace Muster.Core.Steering;

/// <summary>What must be remembered of a policy beside its readings, so that no crash makes it act twice.</summary>
public sealed record PolicyMemory
{
    /// <summary>A policy that has done nothing yet.</summary>
    public static readonly PolicyMemory None = new();

    /// <summary>When it last moved the level by steps, or was told to; null for never.</summary>
    public DateTimeOffset? MovedAt { get; init; }

    /// <summary>Where it moved the level then.</summary>
    public int? MovedTo { get; init; }

    /// <summary>What an outside system told it last; null for nothing.</summary>
    public ReceivedWord? Word { get; init; }
}

/// <summary>What an outside system told a receiver.</summary>
/// <param name="Desired">How many there are to be; null where the word was that all is well again.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why, in that system's words.</param>
/// <param name="MovedAt">When it last had the level moved by a step, then or before: it rests from there on. Null for never.</param>
public sealed record ReceivedWord(int? Desired, DateTimeOffset At, string Reason, DateTimeOffset? MovedAt = null);
