namespace Muster.Api.Clouds;

/// <summary>A configured cloud.</summary>
public sealed record CloudView
{
    /// <summary>What templates call it.</summary>
    public required string Name { get; init; }

    /// <summary>What drives it: <c>local</c>, <c>triton</c>, ...</summary>
    public required string Kind { get; init; }

    /// <summary>Whether it tells of changes by itself, so that a dead instance is replaced at once.</summary>
    public required bool Watches { get; init; }

    /// <summary>Whether a repeated launch can never make a second instance.</summary>
    public required bool LaunchTokens { get; init; }

    /// <summary>Seconds by which its listings may lag behind the truth.</summary>
    public required double ListingLagMaxS { get; init; }

    /// <summary>Why it works less well than it should; null when it does not.</summary>
    public string? Impairment { get; init; }

    /// <summary>
    /// Calls made to it; null before the first, and for a caller of scope <c>account</c> where others call with the same credential.
    /// </summary>
    public CloudCallsView? Calls { get; init; }
}
