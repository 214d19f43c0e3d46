using System.Collections.Immutable;

using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Tables;
using Muster.Cli.Exits;
using Muster.Cli.Toml;
using Muster.Core.Prices;

namespace Muster.Cli.Composition.Prices;

/// <summary>
/// The configured prices. Where a file has some of them, it is looked at when somebody asks, once a second at most, and read again when it
/// has changed; one that is wrong then leaves the prices as they are.
/// </summary>
/// <remarks>
/// Looking needs no thread and misses nothing, however the file is replaced: a watcher of one does, and so do its time and length. What
/// counts is what is in it.
/// </remarks>
/// <param name="config">The prices as they were read at the start, and where they stand.</param>
/// <param name="clouds">The names of the clouds that a price can be for.</param>
/// <param name="timeProvider">Measures how long ago the last look was.</param>
/// <param name="say">Gets each line for the log.</param>
internal sealed class PriceFile(PricesConfig config, IReadOnlyCollection<string> clouds, TimeProvider timeProvider, Action<string> say)
    : IPrices
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    // Written under the gate and swapped whole.
    private volatile PriceBook _book = config.Book;
    private volatile string? _trouble;
    private string? _seen = config.FileText;
    private long _lookedAt = timeProvider.GetTimestamp();

    /// <inheritdoc/>
    public PriceBook Current
    {
        get
        {
            if (config.File is { } file && timeProvider.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= Interval && _gate.TryEnter())
            {
                try
                {
                    Look_NeedsGate(file);
                }
                finally
                {
                    _gate.Exit();
                }
            }

            return _book;
        }
    }

    /// <inheritdoc/>
    public ImmutableArray<string> Troubles
    {
        get
        {
            _ = Current;
            return _trouble is { } trouble ? [trouble] : [];
        }
    }

    private void Look_NeedsGate(string file)
    {
        Volatile.Write(ref _lookedAt, timeProvider.GetTimestamp());
        try
        {
            var text = TomlFile.ReadText(file);
            if (text == _seen)
            {
                return;
            }

            _book = PricesReader.ParseFile(file, text, config.Fixed, clouds);
            (_seen, _trouble) = (text, null);
        }
        catch (CliException error)
        {
            // Tried again at the next look: what kept it from being read may pass, and leave the file as it was.
            _seen = null;
            var trouble = $"the prices stay as they were, since their file is wrong: {error.Message.ReplaceLineEndings("; ")}";
            if (trouble != _trouble)
            {
                _trouble = trouble;
                say(trouble);
            }
        }
    }
}
