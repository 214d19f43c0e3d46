namespace Muster.Core.Health;

/// <summary>What one source says of one instance's health.</summary>
/// <param name="Source">Who says so: <c>probe</c>, <c>report</c>, a person; 1 to <see cref="SourceMax"/> characters.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Since">When it first said so without a break.</param>
/// <param name="Detail">Why, in the source's words, at most <see cref="DetailMax"/> characters; null when it does not say.</param>
/// <param name="ExpiresAt">Until when that holds unless it is said again; null for as long as nothing else is said.</param>
/// <param name="Then">What silence means after that.</param>
/// <param name="Load">
/// How busy the instance is, where whoever reports says so; see <see cref="InstanceLoad"/>. No verdict depends on it.
/// </param>
public sealed record Finding(
    string Source,
    Verdict Verdict,
    DateTimeOffset Since,
    string? Detail = null,
    DateTimeOffset? ExpiresAt = null,
    Verdict Then = Verdict.Unknown,
    double? Load = null)
{
    /// <summary>Most characters of a source's name.</summary>
    public const int SourceMax = 64;

    /// <summary>Most characters of a detail.</summary>
    public const int DetailMax = 200;

    /// <summary>What it comes to at an instant: silence has a meaning, too.</summary>
    public Verdict At(DateTimeOffset now) => ExpiresAt <= now ? Then : Verdict;
}
