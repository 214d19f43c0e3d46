namespace Muster.Metrics.Board;

/// <summary>How the reads of a metric go.</summary>
/// <param name="Metric">Which.</param>
/// <param name="Reads">Reads that ended, well or not.</param>
/// <param name="Failures">Of them those that failed for all groups.</param>
/// <param name="Duration">How long all of them took together.</param>
/// <param name="LastAt">When the last good one began; null before the first.</param>
/// <param name="LastError">Why the last one failed; null when it did not.</param>
/// <param name="WaitingFor">For how long the one under way has not answered; null when none is.</param>
public sealed record MetricFigures(
    string Metric, long Reads, long Failures, TimeSpan Duration, DateTimeOffset? LastAt, string? LastError, TimeSpan? WaitingFor);
