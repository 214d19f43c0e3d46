using Microsoft.Extensions.Logging;

namespace Muster.Cli.Composition.Prices;

/// <summary>Logs what becomes of prices.</summary>
/// <param name="log">Made by the server, which is made after the prices.</param>
internal sealed partial class PriceLog(Lazy<ILogger<PriceLog>> log)
{
    /// <summary>Says one line.</summary>
    public void Say(string line) => LogSaid(log.Value, line);

    [LoggerMessage(2151, LogLevel.Warning, "Prices: {Line}")]
    private static partial void LogSaid(ILogger logger, string line);
}
