namespace Muster.Core.Metrics;

/// <summary>What the samples of one group come to.</summary>
/// <param name="Reading">The reading; null where there is none.</param>
/// <param name="Missing">Why there is none, in a sentence for the group's operator; null where there is.</param>
/// <param name="LeftOut">Samples that were not counted: of instances that warm up, too old, or no number.</param>
public readonly record struct SampleReading(Reading? Reading, string? Missing, int LeftOut = 0);
