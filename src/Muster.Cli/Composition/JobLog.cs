using Microsoft.Extensions.Logging;

using Muster.Core.Storage;
using Muster.Nomad.Client;
using Muster.Nomad.Reconciling;

namespace Muster.Cli.Composition;

/// <summary>Logs what becomes of Nomad's jobs. That ended children are purged is debug: there is one a check.</summary>
/// <param name="log">The logger, made by the server, which is made after the pulse: asked for at the first event.</param>
internal sealed partial class JobLog(Lazy<ILogger<JobLog>> log) : IJobObserver
{
    /// <inheritdoc/>
    public void OnDone(JobAction action) => LogDone(
        log.Value, action is JobAction.Purge ? LogLevel.Debug : LogLevel.Information, action.GetType().Name, action.Id, action.Reason);

    /// <inheritdoc/>
    public void OnFailed(string what, Exception error, TimeSpan retryIn)
    {
        if (error is NomadException or StoreException)
        {
            LogFailed(log.Value, what, error.Message, retryIn.TotalMilliseconds);
        }
        else
        {
            LogBroken(log.Value, what, retryIn.TotalMilliseconds, error);
        }
    }

    [LoggerMessage(EventId = 2201, Message = "Nomad job {Id}: {Action}: {Reason}")]
    private static partial void LogDone(ILogger logger, LogLevel level, string action, string id, string reason);

    [LoggerMessage(2202, LogLevel.Warning, "{What} failed, again in {RetryInMs:0} ms: {Reason}")]
    private static partial void LogFailed(ILogger logger, string what, string reason, double retryInMs);

    [LoggerMessage(2203, LogLevel.Error, "{What} failed unexpectedly, again in {RetryInMs:0} ms")]
    private static partial void LogBroken(ILogger logger, string what, double retryInMs, Exception error);
}
