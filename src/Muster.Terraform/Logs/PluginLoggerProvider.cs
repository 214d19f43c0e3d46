using Microsoft.Extensions.Logging;

namespace Muster.Terraform.Logs;

/// <summary>Hands what the web server has to say over to <see cref="PluginLog"/>.</summary>
/// <remarks>
/// What it does is told at trace, whatever it calls it: a dozen lines for each call would bury the provider's own. What goes wrong is
/// told as it is.
/// </remarks>
internal sealed class PluginLoggerProvider(PluginLog log) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new CategoryLogger(log, categoryName);

    public void Dispose()
    {
    }

    private sealed class CategoryLogger(PluginLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None && log.IsOn(Level(logLevel));

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Write(Level(logLevel), formatter(state, exception), ("category", category), ("error", exception?.ToString() ?? ""));
            }
        }

        private static PluginLogLevel Level(LogLevel level) => level switch
        {
            < LogLevel.Warning => PluginLogLevel.Trace,
            LogLevel.Warning => PluginLogLevel.Warn,
            _ => PluginLogLevel.Error,
        };
    }
}
