namespace Muster.Api.Installation;

/// <summary>The answer to a resume.</summary>
public sealed record ResumedView
{
    /// <summary>The pause that was ended; null when there was none.</summary>
    public PauseView? Ended { get; init; }
}
