namespace Muster.Core.Traffic;

/// <summary>A source could not do what it was asked. Its message is a sentence for operators and holds no secret.</summary>
/// <param name="kind">What to do about it.</param>
/// <param name="message">What went wrong; names the source's address and the call.</param>
/// <param name="inner">What was below.</param>
public sealed class TrafficException(TrafficErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What to do about it.</summary>
    public TrafficErrorKind Kind { get; } = kind;

    /// <summary>How long the source asks to be left alone; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
