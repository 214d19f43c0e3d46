namespace Muster.Metrics.Prometheus;

/// <summary>What is asked, and how the answer is read.</summary>
/// <param name="Query">PromQL, with placeholders or without.</param>
/// <param name="InstanceLabel">Tells instances apart.</param>
/// <param name="GroupLabel">Names the group; null where it is not in the answer.</param>
/// <param name="AccountLabel">Names its account; null where names are enough.</param>
/// <param name="TakesWarnings">Whether an answer with warnings is taken.</param>
internal sealed record PrometheusOptions(
    string Query, string InstanceLabel, string? GroupLabel, string? AccountLabel, bool TakesWarnings);
