namespace Muster.Nomad.Client;

/// <summary>What went wrong at Nomad, told apart only where a caller acts differently.</summary>
public enum NomadErrorKind
{
    /// <summary>No agent answers, there is no leader, or it is too busy: tried again later. Whether it happened is not known.</summary>
    Unavailable,

    /// <summary>The token or certificate is wrong, or lacks a right: a person must look.</summary>
    Unauthorized,

    /// <summary>The job is not at the index that was to be enforced: somebody else changed it.</summary>
    Conflict,

    /// <summary>There is no such job, evaluation or allocation.</summary>
    NotFound,

    /// <summary>The job cannot be forced: it was stopped, switched off, or is not periodic.</summary>
    NotTracked,

    /// <summary>The job, its namespace or its region is refused: the same again will be refused again.</summary>
    Invalid,
}

/// <summary>The one exception of the client.</summary>
/// <param name="kind">What to do about it.</param>
/// <param name="message">The sentence for people: no secrets.</param>
/// <param name="innerException">The original.</param>
public sealed class NomadException(NomadErrorKind kind, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What to do about it.</summary>
    public NomadErrorKind Kind { get; } = kind;
}
