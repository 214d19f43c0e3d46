namespace Muster.Core.Storage;

/// <summary>What went wrong at the store, told apart only where a caller acts differently.</summary>
public enum StoreErrorKind
{
    /// <summary>The name is taken among the living.</summary>
    Duplicate,

    /// <summary>It does not exist, or is archived where only the living count.</summary>
    NotFound,

    /// <summary>Changed by somebody else since it was read.</summary>
    Stale,

    /// <summary>A living group uses it that does not drain.</summary>
    InUse,

    /// <summary>The lease is no longer the newest: its holder must stop.</summary>
    Fenced,

    /// <summary>The installation is paused: nobody acts until somebody resumes it.</summary>
    Paused,

    /// <summary>Cannot be reached or is too busy; nothing was written. May be tried again.</summary>
    Unavailable,

    /// <summary>
    /// Broke off while a write was on its way: it may or may not have happened. May be tried again where a repeat does no harm.
    /// </summary>
    Ambiguous,

    /// <summary>The disk is full; nothing was written.</summary>
    Full,

    /// <summary>Damaged, of a newer schema, not writable, or in use by another server: a person must look.</summary>
    Unusable,
}

/// <summary>The one exception of the store port.</summary>
/// <param name="kind">What to do about it.</param>
/// <param name="message">The sentence for the user: no secrets.</param>
/// <param name="innerException">The original.</param>
public sealed class StoreException(StoreErrorKind kind, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What to do about it.</summary>
    public StoreErrorKind Kind { get; } = kind;
}
