using Microsoft.Extensions.Logging;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Storage;
using Muster.Health.Keeping;

namespace Muster.Cli.Composition;

/// <summary>Logs what probes come to: every change of a verdict, and what fails.</summary>
/// <param name="log">The logger, made by the server, which is made after the keeper: asked for at the first event.</param>
internal sealed partial class HealthLog(Lazy<ILogger<HealthLog>> log) : IHealthObserver
{
    /// <inheritdoc/>
    public void OnVerdict(string group, InstanceId instance, Verdict verdict, string? why)
    {
        switch (verdict)
        {
            case Verdict.Healthy:
                LogHealthy(log.Value, instance, group);
                break;
            case Verdict.Unhealthy:
                LogUnhealthy(log.Value, instance, group, why);
                break;
            default:
                LogUnknown(log.Value, instance, group, why);
                break;
        }
    }

    /// <inheritdoc/>
    public void OnWriteFailed(string group, int findings, Exception error, TimeSpan? retryIn)
    {
        if (error is not (StoreException or InputException))
        {
            LogBroken(log.Value, $"writing what was found of group {group}", error);
        }
        else if (retryIn is { } wait)
        {
            LogWriteFailed(log.Value, findings, group, wait.TotalSeconds, error.Message);
        }
        else
        {
            LogNotWritten(log.Value, findings, group, error.Message);
        }
    }

    /// <inheritdoc/>
    public void OnLookFailed(string what, Exception error) => LogLookFailed(log.Value, what, error.Message);

    /// <inheritdoc/>
    public void OnBroken(string what, Exception error) => LogBroken(log.Value, what, error);

    [LoggerMessage(2601, LogLevel.Information, "Instance {Instance} of group {Group} is healthy, its probes say")]
    private static partial void LogHealthy(ILogger logger, InstanceId instance, string group);

    [LoggerMessage(2602, LogLevel.Warning, "Instance {Instance} of group {Group} is unhealthy, its probes say: {Reason}")]
    private static partial void LogUnhealthy(ILogger logger, InstanceId instance, string group, string? reason);

    [LoggerMessage(2603, LogLevel.Warning, "Instance {Instance} of group {Group} cannot be probed: {Reason}")]
    private static partial void LogUnknown(ILogger logger, InstanceId instance, string group, string? reason);

    [LoggerMessage(
        2604, LogLevel.Warning,
        "What probes found of {Count} instances of group {Group} is not written yet, tried again in {RetrySeconds:0.0} s: {Reason}")]
    private static partial void LogWriteFailed(ILogger logger, int count, string group, double retrySeconds, string reason);

    [LoggerMessage(
        2605, LogLevel.Warning,
        "What probes found of {Count} instances of group {Group} is not written, the server stops: whoever probes next finds it: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, int count, string group, string reason);

    [LoggerMessage(2606, LogLevel.Warning, "Cannot look for what is to be probed, {What}, and tries again: {Reason}")]
    private static partial void LogLookFailed(ILogger logger, string what, string reason);

    [LoggerMessage(2607, LogLevel.Error, "Failed unexpectedly: {What}")]
    private static partial void LogBroken(ILogger logger, string what, Exception error);
}
