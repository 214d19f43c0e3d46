namespace Muster.Core.Metrics;

/// <summary>A reading that somebody pushed for a group.</summary>
/// <param name="Metric">Of what.</param>
/// <param name="Instance">For which instance; null for the whole group.</param>
/// <param name="Value">Finite.</param>
/// <param name="At">When it was so.</param>
public sealed record PushedReading(string Metric, string? Instance, double Value, DateTimeOffset At);
