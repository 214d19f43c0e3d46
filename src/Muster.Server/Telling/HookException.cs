namespace Muster.Server.Telling;

/// <summary>Somebody could not be told. It is tried again.</summary>
/// <param name="message">Why, in words an operator can act on. No secrets.</param>
/// <param name="cause">What was thrown; null for nothing.</param>
/// <param name="retryAfter">When to try again, where that was said.</param>
public sealed class HookException(string message, Exception? cause = null, TimeSpan? retryAfter = null) : Exception(message, cause)
{
    /// <summary>When to try again, where that was said.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
