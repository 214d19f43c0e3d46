namespace Muster.Core.Steering;

/// <summary>One step: what is done where the threshold is passed by that much.</summary>
/// <param name="From">The least by which the threshold is passed; 0 or more, included.</param>
/// <param name="To">Up to where, not included; null for any more.</param>
/// <param name="Adjustment">What is done.</param>
public sealed record PolicyStep(double From, double? To, Adjustment Adjustment);
