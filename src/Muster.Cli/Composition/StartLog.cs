using Microsoft.Extensions.Logging;
using Muster.Clouds.Kit.Programs;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Orphans;
using Muster.Core.Storage;

namespace Muster.Cli.Composition;

/// <summary>Logs what a start found: limits, and instances at the clouds that the store does not know.</summary>
/// <param name="log">The logger. The server makes it, later than this: it is asked for at the first event.</param>
internal sealed partial class StartLog(Lazy<ILogger<StartLog>> log) : IStartObserver
{
    /// <summary>Strangers named one by one; 'muster cloud orphans' lists them all.</summary>
    private const int NamedMax = 50;

    private int _named;

    /// <summary>Warns of connections that the limit of open files does not allow.</summary>
    public static void OnConnections(ConnectionLimit limit, ILogger<StartLog> log)
    {
        if (limit is { IsLowered: true, Asked: { } asked })
        {
            LogFewerConnections(log, asked, limit.OpenFiles, limit.Taken);
        }
    }

    /// <inheritdoc/>
    public void OnPaused(InstallationPause pause) => LogPaused(log.Value, pause.Since, pause.By, pause.Reason);

    /// <inheritdoc/>
    public void OnHeld(string cloud, AccountId account, string reason) => LogHeld(log.Value, account.ToString(), cloud, reason);

    /// <inheritdoc/>
    public void OnStranger(Orphan stranger)
    {
        if (Interlocked.Increment(ref _named) <= NamedMax)
        {
            LogStranger(log.Value, stranger.Instance.Id.Value, stranger.Instance.Name, stranger.Cloud, stranger.Instance.CreatedAt);
        }
    }

    /// <inheritdoc/>
    public void OnCouldNotLook(string cloud, Exception error, TimeSpan retryIn) => LogCouldNotLook(
        log.Value, cloud, retryIn.TotalSeconds, error is CloudException or StoreException ? error.Message : "it did not answer in time");

    [LoggerMessage(
        2301, LogLevel.Warning,
        "The installation was paused at {Since:u} by {By}: {Reason}. Nothing is launched or terminated until 'muster resume --all'; "
        + "'muster cloud orphans' lists the instances that no group owns")]
    private static partial void LogPaused(ILogger logger, DateTimeOffset since, string by, string reason);

    [LoggerMessage(2305, LogLevel.Warning, "Nothing is done with the groups of account {Account} at cloud {Cloud}: {Reason}")]
    private static partial void LogHeld(ILogger logger, string account, string cloud, string reason);

    [LoggerMessage(
        2302, LogLevel.Warning,
        "The store does not know instance {Instance} ({Name}) at cloud {Cloud}, created {CreatedAt:u}")]
    private static partial void LogStranger(ILogger logger, string instance, string name, string cloud, DateTimeOffset createdAt);

    [LoggerMessage(
        2303, LogLevel.Warning,
        "Cloud {Cloud} did not list its instances, so nothing is done there; the next attempt is in {RetryInS:0} s: {Reason}")]
    private static partial void LogCouldNotLook(ILogger logger, string cloud, double retryInS, string reason);

    [LoggerMessage(
        2304, LogLevel.Warning,
        "connections_max is {Asked}, but this process may open {OpenFiles} files (ulimit -Hn): "
        + "the server takes {Taken} connections at once")]
    private static partial void LogFewerConnections(ILogger logger, int asked, int openFiles, int taken);
}
