namespace Muster.Core.Traffic;

/// <summary>Why traffic does not reach instances of a group, or why nobody can say that it does.</summary>
/// <param name="Why">In words, with the source: <c>traffic source edge: HAProxy at lb:9999 has no backend web</c>.</param>
/// <param name="IsKnown">Whether the source says so; false where it was not asked yet.</param>
public sealed record TrafficWord(string Why, bool IsKnown)
{
    /// <summary>Most characters of <see cref="Why"/>.</summary>
    public const int WhyMax = 500;
}
