using System.Globalization;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

using Muster.Core;

namespace Muster.Server.Logging;

/// <summary>Logs as text, an event a line. What clouds, plugins and callers put into it moves nobody's cursor.</summary>
/// <remarks>The lines of the framework's own formatter on one line, which passes escapes on as they come.</remarks>
internal sealed class TextFormatter(TimeProvider timeProvider) : ConsoleFormatter(FormatterName)
{
    /// <summary>What the console's options call it.</summary>
    public const string FormatterName = "muster";

    // The log goes to standard error; colours are for whoever looks at it (no-color.org).
    private readonly bool _colours = !Console.IsErrorRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (message is null && logEntry.Exception is null)
        {
            return;
        }

        var (word, colour) = Level(logEntry.LogLevel);
        var exception = logEntry.Exception is { } error ? $" {error}" : "";
        textWriter.Write(timeProvider.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z '", CultureInfo.InvariantCulture));
        textWriter.Write(_colours ? $"\e[{colour}m{word}\e[0m" : word);
        textWriter.WriteLine(VisibleText.OneLine(string.Create(
            CultureInfo.InvariantCulture, $": {logEntry.Category}[{logEntry.EventId.Id}] {message}{exception}")));
    }

    private static (string Word, int Colour) Level(LogLevel level) => level switch
    {
        LogLevel.Trace => ("trce", 90),
        LogLevel.Debug => ("dbug", 90),
        LogLevel.Information => ("info", 32),
        LogLevel.Warning => ("warn", 33),
        LogLevel.Error => ("fail", 31),
        LogLevel.Critical => ("crit", 31),
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, null),
    };
}
