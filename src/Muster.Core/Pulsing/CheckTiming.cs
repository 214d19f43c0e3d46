namespace Muster.Core.Pulsing;

/// <summary>When a check ran.</summary>
/// <param name="DueAt">
/// When it was to start: the end of the group's interval. Null when it came at somebody's wish, or was the first.
/// </param>
/// <param name="StartedAt">When it started.</param>
/// <param name="Duration">How long it has taken.</param>
public readonly record struct CheckTiming(DateTimeOffset? DueAt, DateTimeOffset StartedAt, TimeSpan Duration);
