namespace Muster.Traffic.Keeping;

/// <summary>What is to become of a member at a source.</summary>
internal enum Want
{
    /// <summary>Nothing: it is left as it is.</summary>
    Keep,

    /// <summary>It gets traffic.</summary>
    Join,

    /// <summary>It gets nothing new, and what it has is waited for.</summary>
    Drain,

    /// <summary>It is forgotten at once: it does not run.</summary>
    Leave,
}
