using Muster.Core.Health;

namespace Muster.Core.Traffic;

/// <summary>What a source holds of one member, or of one that is gone.</summary>
/// <param name="Key">What the source calls it, in words that people know there: <c>web/muster3</c>.</param>
/// <param name="Member">Whose it is; null of one that is no member's any more.</param>
/// <param name="State">What it does with it.</param>
public sealed record TrafficEntry(string Key, TrafficMember? Member, TrafficState State)
{
    /// <summary>What the source's own checks say of it; unknown where it makes none, or has not made one yet.</summary>
    public Verdict Verdict { get; init; } = Verdict.Unknown;

    /// <summary>Why, in the source's words, at most <see cref="Finding.DetailMax"/> characters; null when it does not say.</summary>
    public string? Detail { get; init; }
}
