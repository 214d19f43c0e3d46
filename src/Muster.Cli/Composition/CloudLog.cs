using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;

namespace Muster.Cli.Composition;

/// <summary>Logs what the clouds' own tools say.</summary>
/// <remarks>Clouds are opened before the server that makes the logger, and may speak already then.</remarks>
internal sealed partial class CloudLog
{
    /// <summary>Lines kept until there is a logger: each cloud is only asked one thing before.</summary>
    private const int WaitingMax = 1000;

    private readonly ConcurrentQueue<string> _waiting = new();
    private ILogger? _log;

    /// <summary>Says one line.</summary>
    public void Say(string line)
    {
        if (Volatile.Read(ref _log) is { } logger)
        {
            LogSaid(logger, line);
        }
        else if (_waiting.Count < WaitingMax)
        {
            _waiting.Enqueue(line);
        }
    }

    /// <summary>Gives it the logger, and says what has waited.</summary>
    public void Attach(ILogger<CloudLog> logger)
    {
        Volatile.Write(ref _log, logger);
        while (_waiting.TryDequeue(out var line))
        {
            LogSaid(logger, line);
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "Cloud {Line}")]
    private static partial void LogSaid(ILogger logger, string line);
}
