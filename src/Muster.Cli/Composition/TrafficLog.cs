using Microsoft.Extensions.Logging;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Traffic.Keeping;

namespace Muster.Cli.Composition;

/// <summary>Logs who is taken in and out of service, and what fails.</summary>
/// <param name="log">The logger, made by the server, which is made after the keeper: asked for at the first event.</param>
internal sealed partial class TrafficLog(Lazy<ILogger<TrafficLog>> log) : ITrafficObserver
{
    /// <inheritdoc/>
    public void OnJoined(string group, string source, InstanceId instance) => LogJoined(log.Value, instance, group, source);

    /// <inheritdoc/>
    public void OnEmpty(string group, string source, InstanceId instance) => LogEmpty(log.Value, instance, group, source);

    /// <inheritdoc/>
    public void OnLeft(string group, string source, string entry) => LogLeft(log.Value, source, entry, group);

    /// <inheritdoc/>
    public void OnAlarm(string group, string source, string why) => LogAlarm(log.Value, source, group, why);

    /// <inheritdoc/>
    public void OnAlarmOver(string group, string source) => LogAlarmOver(log.Value, source, group);

    /// <inheritdoc/>
    public void OnStoreFailed(string group, Exception error)
    {
        if (error is StoreException or InputException)
        {
            LogStoreFailed(log.Value, group, error.Message);
        }
        else
        {
            LogBroken(log.Value, $"what is written of the traffic of group {group}", error);
        }
    }

    /// <inheritdoc/>
    public void OnBroken(string what, Exception error) => LogBroken(log.Value, what, error);

    [LoggerMessage(2701, LogLevel.Information, "Instance {Instance} of group {Group} gets traffic from {Source}")]
    private static partial void LogJoined(ILogger logger, InstanceId instance, string group, string source);

    [LoggerMessage(2702, LogLevel.Information, "Instance {Instance} of group {Group} serves nobody any more, {Source} says")]
    private static partial void LogEmpty(ILogger logger, InstanceId instance, string group, string source);

    [LoggerMessage(2703, LogLevel.Information, "{Source} has forgotten {Entry} of group {Group}")]
    private static partial void LogLeft(ILogger logger, string source, string entry, string group);

    [LoggerMessage(2704, LogLevel.Warning, "Traffic source {Source} does not do what group {Group} needs, and is asked again: {Reason}")]
    private static partial void LogAlarm(ILogger logger, string source, string group, string reason);

    [LoggerMessage(2705, LogLevel.Information, "Traffic source {Source} does again what group {Group} needs")]
    private static partial void LogAlarmOver(ILogger logger, string source, string group);

    [LoggerMessage(2706, LogLevel.Warning, "The store failed for the traffic of group {Group}, which is tried again: {Reason}")]
    private static partial void LogStoreFailed(ILogger logger, string group, string reason);

    [LoggerMessage(2707, LogLevel.Error, "Failed unexpectedly: {What}")]
    private static partial void LogBroken(ILogger logger, string what, Exception error);
}
