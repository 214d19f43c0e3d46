namespace Muster.Core.Clouds;

/// <summary>What went wrong at a cloud, told apart only where the reaction differs.</summary>
public enum CloudErrorKind
{
    /// <summary>Too many calls. Nobody calls this credential again before the cloud's retry-after.</summary>
    Throttled,

    /// <summary>The cloud cannot be reached or is broken; it did not happen. Tried again with back-off.</summary>
    Unavailable,

    /// <summary>The credential is refused. Only a person can mend it.</summary>
    Unauthorized,

    /// <summary>The account's own limit is reached.</summary>
    QuotaExceeded,

    /// <summary>The cloud has none of this size left here now.</summary>
    OutOfStock,

    /// <summary>The template asks for something that cannot be: repeating it is useless.</summary>
    InvalidRequest,

    /// <summary>What the call was about does not exist.</summary>
    NotFound,

    /// <summary>It may or may not have happened.</summary>
    Ambiguous,
}

/// <summary>The one exception of the cloud port.</summary>
/// <param name="kind">What to do about it.</param>
/// <param name="message">The sentence for the user: no secrets, no stack.</param>
/// <param name="retryAfter">How long the cloud asked to be left alone, whatever it said; null when it did not say.</param>
/// <param name="innerException">The original.</param>
public sealed class CloudException(
    CloudErrorKind kind, string message, TimeSpan? retryAfter = null, Exception? innerException = null)
    : Exception(Told(message, retryAfter), innerException)
{
    /// <summary>
    /// The longest silence that a cloud can ask for. Longer ones are slips or attacks: one answer would close a cloud for years, and a
    /// cloud that means it says it again in an hour.
    /// </summary>
    public static readonly TimeSpan RetryAfterMax = TimeSpan.FromHours(1);

    /// <summary>What to do about it.</summary>
    public CloudErrorKind Kind { get; } = kind;

    /// <summary>
    /// How long the cloud asked to be left alone, <see cref="RetryAfterMax"/> at most; null when it did not say, or no time.
    /// </summary>
    public TimeSpan? RetryAfter { get; } =
        retryAfter > RetryAfterMax ? RetryAfterMax : retryAfter > TimeSpan.Zero ? retryAfter : null;

    private static string Told(string message, TimeSpan? retryAfter) => retryAfter > RetryAfterMax
        ? $"{message} (it asked for {DurationText.Format(retryAfter.Value)} without a call; "
            + $"Muster waits {DurationText.Format(RetryAfterMax)})"
        : message;
}
