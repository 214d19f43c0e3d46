using Microsoft.Extensions.Logging;

using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Cli.Composition;

/// <summary>Logs what the pulse does. A level check that changes nothing is debug.</summary>
/// <param name="log">The logger, made by the server, which is made after the pulse it shows: asked for at the first event.</param>
internal sealed partial class PulseLog(Lazy<ILogger<PulseLog>> log) : IPulseObserver
{
    /// <inheritdoc/>
    public void OnChecked(CheckReport report, TimeSpan duration)
    {
        var level = report.Outcome switch
        {
            CheckOutcome.Idle or CheckOutcome.Yielded => LogLevel.Debug,
            CheckOutcome.Failed => LogLevel.Warning,
            _ => LogLevel.Information,
        };
        if (log.Value.IsEnabled(level))
        {
            var explanation = Explain(report.Outcome, report.Plan?.Explanation, report.State.Reason);
            LogChecked(log.Value, level, report.Name, report.Group.Value, report.Outcome, duration.TotalMilliseconds, explanation);
        }
    }

    /// <summary>What was wanted, and where that failed, by what: whoever has only the log must not have to ask for the group.</summary>
    /// <param name="planned">What was wanted; null when the check could not look.</param>
    /// <param name="reason">What stands in the group's way now, or the same again.</param>
    internal static string Explain(CheckOutcome outcome, string? planned, string reason) =>
        planned is null ? reason
        : outcome is CheckOutcome.Failed && reason != planned ? $"{planned}; {reason}"
        : planned;

    /// <inheritdoc/>
    public void OnSwept(SweepReport report) => LogSwept(
        log.Value, report.Sweep.Cloud, report.Groups, report.Acting, report.Instances, report.Pages, report.Duration.TotalMilliseconds);

    /// <inheritdoc/>
    public void OnFailed(string what, Exception error, TimeSpan retryIn)
    {
        // What clouds and stores say of themselves is for the operator; anything else is a bug and wants its stack.
        if (error is CloudException or StoreException)
        {
            LogFailed(log.Value, what, error.Message, retryIn.TotalMilliseconds);
        }
        else
        {
            LogBroken(log.Value, what, retryIn.TotalMilliseconds, error);
        }
    }

    [LoggerMessage(EventId = 2001, Message = "Checked group {Name} ({Group}): {Outcome} in {DurationMs:0} ms: {Explanation}")]
    private static partial void LogChecked(
        ILogger logger, LogLevel level, string name, Guid group, CheckOutcome outcome, double durationMs, string explanation);

    [LoggerMessage(
        2002, LogLevel.Debug,
        "Swept cloud {Cloud}: {Groups} groups, {Acting} acting, {Instances} instances on {Pages} pages in {DurationMs:0} ms")]
    private static partial void LogSwept(
        ILogger logger, string cloud, int groups, int acting, int instances, int pages, double durationMs);

    [LoggerMessage(2003, LogLevel.Warning, "{What} failed, again in {RetryInMs:0} ms: {Reason}")]
    private static partial void LogFailed(ILogger logger, string what, string reason, double retryInMs);

    [LoggerMessage(2004, LogLevel.Error, "{What} failed unexpectedly, again in {RetryInMs:0} ms")]
    private static partial void LogBroken(ILogger logger, string what, double retryInMs, Exception error);
}
