using Microsoft.Extensions.Logging;

using Muster.Core;
using Muster.Server.Telling;

namespace Muster.Cli.Composition;

/// <summary>Logs who was told that an instance waits for a hook, and who was not.</summary>
/// <param name="log">The logger, made by the server, which is made after the keeper: asked for at the first event.</param>
internal sealed partial class HookLog(Lazy<ILogger<HookLog>> log) : IHookObserver
{
    /// <inheritdoc/>
    public void OnTold(HookCall call) => LogTold(log.Value, call.Hook.Name, call.GroupName, call.Instance.Id);

    /// <inheritdoc/>
    public void OnNotTold(HookCall call, HookException error, TimeSpan retryIn) =>
        LogNotTold(log.Value, call.Hook.Name, call.GroupName, call.Instance.Id, retryIn.TotalSeconds, error.Message);

    /// <inheritdoc/>
    public void OnReadFailed(Exception error, TimeSpan retryIn) => LogReadFailed(log.Value, retryIn.TotalSeconds, error.Message);

    /// <inheritdoc/>
    public void OnBroken(string what, Exception error) => LogBroken(log.Value, what, error);

    [LoggerMessage(2801, LogLevel.Information, "Hook {Hook} of group {Group} is told that instance {Instance} waits for it")]
    private static partial void LogTold(ILogger logger, string hook, string group, InstanceId instance);

    [LoggerMessage(
        2802, LogLevel.Warning,
        "Hook {Hook} of group {Group} does not hear that instance {Instance} waits for it, tried again in {RetrySeconds:0.0} s: {Reason}")]
    private static partial void LogNotTold(
        ILogger logger, string hook, string group, InstanceId instance, double retrySeconds, string reason);

    [LoggerMessage(
        2803, LogLevel.Warning, "Cannot read which instances wait for hooks, tried again in {RetrySeconds:0.0} s: {Reason}")]
    private static partial void LogReadFailed(ILogger logger, double retrySeconds, string reason);

    [LoggerMessage(2804, LogLevel.Error, "Failed unexpectedly: {What}")]
    private static partial void LogBroken(ILogger logger, string what, Exception error);
}
