namespace Muster.Nomad.Identities;

/// <summary>A token does not say what a task is.</summary>
/// <param name="message">Why, without any part of the token.</param>
/// <param name="isTransient">Whether it may later: Nomad's keys cannot be had now.</param>
/// <param name="innerException">The original; null where it might hold a part of the token.</param>
public sealed class IdentityException(string message, bool isTransient, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Whether the same token may be understood later.</summary>
    public bool IsTransient => isTransient;
}
