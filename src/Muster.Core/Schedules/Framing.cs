namespace Muster.Core.Schedules;

/// <summary>What a schedule says at one instant.</summary>
/// <param name="Frame">What it allows.</param>
/// <param name="ChangesAt">When it may come to something else; until then it does not. Null for never.</param>
/// <param name="Why">Why, in words: <c>outside Mon-Fri 08:00-18:00 Europe/Berlin</c>.</param>
/// <param name="IsInside">Whether a window is open.</param>
public sealed record Framing(Frame Frame, DateTimeOffset? ChangesAt, string Why, bool IsInside);
