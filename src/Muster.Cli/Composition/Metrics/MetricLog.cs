using Microsoft.Extensions.Logging;

namespace Muster.Cli.Composition.Metrics;

/// <summary>Logs sources that break their contract; what the outside world does is told with each policy.</summary>
internal sealed partial class MetricLog
{
    // Set once, before anybody reads a metric.
    private ILogger? _log;

    /// <summary>From now on there is a log.</summary>
    public void Attach(ILogger log) => Volatile.Write(ref _log, log);

    /// <summary>A source threw what no source may throw.</summary>
    public void OnFault(string metric, Exception error)
    {
        if (Volatile.Read(ref _log) is { } log)
        {
            LogFault(log, metric, error);
        }
    }

    [LoggerMessage(2501, LogLevel.Error, "The source of the metric {Metric} failed unexpectedly")]
    private static partial void LogFault(ILogger logger, string metric, Exception error);
}
