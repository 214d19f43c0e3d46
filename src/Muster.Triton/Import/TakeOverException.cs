namespace Muster.Triton.Import;

/// <summary>What the original has cannot be taken over. Nothing was written.</summary>
/// <param name="message">What is wrong and what to do about it, a line for each.</param>
/// <param name="isConflict">Whether it collides with what this installation has already.</param>
public sealed class TakeOverException(string message, bool isConflict = false) : Exception(message)
{
    /// <summary>
    /// Whether it collides with what this installation has already; else it is the original's data, or the cloud, that is unfit.
    /// </summary>
    public bool IsConflict => isConflict;
}
