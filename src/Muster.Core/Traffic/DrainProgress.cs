namespace Muster.Core.Traffic;

/// <summary>How far a drain is.</summary>
/// <param name="IsEmpty">Whether the member serves nobody any more, as far as the source can tell.</param>
/// <param name="LookIn">When to ask again, of one that is not empty; null for soon.</param>
/// <param name="Detail">What it waits for, in words: <c>3 sessions</c>; null when the source does not say.</param>
public sealed record DrainProgress(bool IsEmpty, TimeSpan? LookIn = null, string? Detail = null)
{
    /// <summary>It serves nobody.</summary>
    public static readonly DrainProgress Empty = new(IsEmpty: true);
}
