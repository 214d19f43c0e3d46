namespace Muster.Core.Metrics;

/// <summary>A metric could not be read. Its message is a sentence for operators and holds no secret.</summary>
public sealed class MetricException(string message, Exception? inner = null) : Exception(message, inner);
