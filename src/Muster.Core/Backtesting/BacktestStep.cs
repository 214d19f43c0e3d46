namespace Muster.Core.Backtesting;

/// <summary>One round of a replay.</summary>
/// <param name="At">When.</param>
/// <param name="Load">What all instances together had to do; null where nothing was read.</param>
/// <param name="Needed">How many instances that is; null where nobody knows.</param>
/// <param name="Wanted">How many there were to be after it.</param>
/// <param name="Up">How many were up.</param>
/// <param name="Moved">Why the level moved, in a sentence; null where it did not.</param>
public readonly record struct BacktestStep(DateTimeOffset At, double? Load, int? Needed, int Wanted, int Up, string? Moved);
