namespace Muster.Remote;

/// <summary>What to do about a request that came to nothing.</summary>
public enum RemoteErrorKind
{
    /// <summary>No server was reached: nothing was done there.</summary>
    Unreachable,

    /// <summary>A request was on its way and no answer of Muster's came back: it may or may not have been carried out.</summary>
    Unanswered,

    /// <summary>The server knows no such group, sweep or cloud.</summary>
    NotFound,

    /// <summary>Whoever asks may not.</summary>
    Unauthorized,

    /// <summary>The server answered with a refusal; its code says which.</summary>
    Refused,
}

/// <summary>A request to the server came to nothing.</summary>
/// <param name="kind">What to do about it.</param>
/// <param name="message">The sentence for people: no secrets.</param>
/// <param name="code">The refusal's word, if the server gave one.</param>
/// <param name="inner">The original.</param>
/// <param name="retryAfter">When the server wants to be asked again; null where it did not say.</param>
public sealed class RemoteException(
    RemoteErrorKind kind, string message, string? code = null, Exception? inner = null, TimeSpan? retryAfter = null)
    : Exception(message, inner)
{
    /// <summary>What to do about it.</summary>
    public RemoteErrorKind Kind => kind;

    /// <summary>The refusal's word, such as <c>store_full</c>; null where there is none.</summary>
    public string? Code => code;

    /// <summary>When the server wants to be asked again; null where it did not say.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
