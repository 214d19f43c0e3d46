using Microsoft.Extensions.Logging;

using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;

namespace Muster.Cli.Composition;

/// <summary>Logs what steering rounds do. A round that moves nothing is debug.</summary>
/// <param name="log">The logger, made by the server, which is made after the rounds: asked for at the first event.</param>
internal sealed partial class SteeringLog(Lazy<ILogger<SteeringLog>> log) : ISteeringObserver
{
    /// <inheritdoc/>
    public void OnRound(RoundReport report) => LogRound(
        log.Value, report.Moved > 0 ? LogLevel.Information : LogLevel.Debug, report.Groups, report.Moved, report.Blind,
        report.Duration.TotalMilliseconds, report.Late.TotalMilliseconds);

    /// <inheritdoc/>
    public void OnFailed(Exception error)
    {
        if (error is StoreException)
        {
            LogFailed(log.Value, error.Message);
        }
        else
        {
            LogBroken(log.Value, error);
        }
    }

    [LoggerMessage(
        EventId = 2401,
        Message = "Steered {Groups} groups: {Moved} moved, {Blind} policies without data, in {DurationMs:0} ms, {LateMs:0} ms late")]
    private static partial void LogRound(
        ILogger logger, LogLevel level, int groups, int moved, int blind, double durationMs, double lateMs);

    [LoggerMessage(2402, LogLevel.Warning, "A steering round failed, and is made again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(2403, LogLevel.Error, "A steering round failed unexpectedly, and is made again")]
    private static partial void LogBroken(ILogger logger, Exception error);
}
