using System.Text;

using Muster.Cli.Exits;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Muster.Cli.Toml;

/// <summary>Reads TOML into <see cref="TomlNode"/>s, from Tomlyn's events: they carry places and need no reflection.</summary>
internal static class TomlFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="CliException">It cannot be read, or is not TOML: one line an error, with line and column.</exception>
    public static TomlNode.Table Read(string path) => Parse(path, ReadText(path));

    /// <summary>
    /// Longest text that is read, in characters: a hundred times what anybody writes by hand. What has no end, such as a device, has one
    /// here.
    /// </summary>
    public const int LengthMax = 16 * 1024 * 1024;

    /// <summary>What is in a file.</summary>
    /// <exception cref="CliException">It cannot be read, is a directory, is too long, or is not UTF-8.</exception>
    public static string ReadText(string path)
    {
        if (Directory.Exists(path))
        {
            throw new CliException(ExitCode.Usage, $"{path} cannot be read: it is a directory, and not a file");
        }

        try
        {
            // TOML is UTF-8 by its own rule: what is not would be read as something else than was written.
            using var reader = new StreamReader(
                path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true),
                detectEncodingFromByteOrderMarks: false);
            var text = new StringBuilder();
            var part = new char[16 * 1024];
            for (var read = reader.Read(part); read > 0; read = reader.Read(part))
            {
                if (text.Length + read > LengthMax)
                {
                    throw new CliException(ExitCode.Usage, $"{path} is too long: {LengthMax} characters at most");
                }

                text.Append(part, 0, read);
            }

            return text.ToString();
        }
        catch (DecoderFallbackException error)
        {
            throw new CliException(ExitCode.Usage, $"{path} is not UTF-8, as all TOML is: save it as such", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads text that came from <paramref name="path"/>.</summary>
    /// <exception cref="CliException">It is not TOML.</exception>
    public static TomlNode.Table Parse(string path, string text)
    {
        if (TomlDepth.FindLine(text) is { } line)
        {
            throw new CliException(ExitCode.Usage, $"{path}:{line}: nested too deep: at most {TomlDepth.Max} levels are allowed");
        }

        try
        {
            return ParseShallow(path, text);
        }
        catch (TomlException error)
        {
            // Good syntax with a bad value: a number that is too large, a dotted key that is too long.
            var place = error.Line is { } at ? $"{path}:{at}" : path;
            throw new CliException(ExitCode.Usage, $"{place}: {error.Message}", error);
        }
        catch (Exception error) when (IsOfParser(error))
        {
            throw new CliException(ExitCode.Usage, $"{path}:{FindLine(path, text)}: the value cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Whether the parser throws it without saying so, as for half a surrogate pair in an escape.</summary>
    private static bool IsOfParser(Exception error) =>
        error is ArgumentException or FormatException or OverflowException or InvalidOperationException;

    /// <summary>Finds the line at which the parser fails: the last line of the shortest beginning of the text that fails.</summary>
    private static int FindLine(string path, string text)
    {
        var lines = text.Split('\n');
        var (good, bad) = (0, lines.Length);
        while (bad - good > 1)
        {
            var middle = (good + bad) / 2;
            try
            {
                ParseShallow(path, string.Join('\n', lines.Take(middle)));
                good = middle;
            }
            catch (Exception error) when (error is CliException or TomlException)
            {
                good = middle;
            }
            catch (Exception error) when (IsOfParser(error))
            {
                bad = middle;
            }
        }

        return bad;
    }

    private static TomlNode.Table ParseShallow(string path, string text)
    {
        // The syntax tree refuses a key that stands there twice; the events do not.
        var errors = SyntaxParser.Parse(text, path, validate: true).Diagnostics;
        if (errors.HasErrors)
        {
            throw new CliException(ExitCode.Usage, Describe(path, errors));
        }

        var parser = TomlParser.Create(text, new TomlParserOptions { Mode = TomlParserMode.Strict, EagerStringValues = true });
        while (parser.MoveNext())
        {
            if (parser.Current.Kind is TomlParseEventKind.StartTable)
            {
                return ReadTable(parser, known: null, place: (0, 0));
            }
        }

        return new TomlNode.Table { Line = 0, Column = 0 };
    }

    /// <param name="parser">Stands at the table's start.</param>
    /// <param name="known">The same table, when it was opened before: [a], then [a.b] after [c].</param>
    /// <param name="place">Where it stands; for one of [[tables]] the events do not tell, so that its first key must do.</param>
    private static TomlNode.Table ReadTable(TomlParser parser, TomlNode.Table? known, (int Line, int Column)? place)
    {
        var table = known;
        while (parser.MoveNext() && parser.Current.Kind is TomlParseEventKind.PropertyName)
        {
            var key = parser.Current.PropertyName ?? parser.GetPropertyName();
            var keyPlace = (parser.Current.Line, parser.Current.Column);
            table ??= At(place ?? keyPlace);
            table.Items.TryGetValue(key, out var before);
            table.KeyPlaces.TryAdd(key, keyPlace);
            parser.MoveNext();
            table.Items[key] = ReadValue(parser, keyPlace, before);
        }

        return table ?? At(place ?? default);

        static TomlNode.Table At((int Line, int Column) place) => new() { Line = place.Line, Column = place.Column };
    }

    private static TomlNode ReadValue(TomlParser parser, (int Line, int Column) key, TomlNode? known)
    {
        var current = parser.Current;
        var (line, column) = current.Line > 0 ? (current.Line, current.Column) : key;
        return current.Kind switch
        {
            TomlParseEventKind.StartTable =>
                ReadTable(parser, known as TomlNode.Table, (line, column)),
            TomlParseEventKind.StartArray =>
                ReadArray(parser, known as TomlNode.Array ?? new TomlNode.Array { Line = line, Column = column }),
            TomlParseEventKind.String => Scalar(parser.GetString()),
            TomlParseEventKind.Integer => Scalar(current.GetInt64()),
            TomlParseEventKind.Float => Scalar(current.GetDouble()),
            TomlParseEventKind.Boolean => Scalar(current.GetBoolean()),
            _ => Scalar(current.StringValue ?? current.Kind.ToString()),
        };

        TomlNode.Scalar Scalar(object? value) => new(value ?? "") { Line = line, Column = column };
    }

    private static TomlNode.Array ReadArray(TomlParser parser, TomlNode.Array array)
    {
        while (parser.MoveNext() && parser.Current.Kind is not TomlParseEventKind.EndArray)
        {
            array.Items.Add(parser.Current is { Kind: TomlParseEventKind.StartTable, Line: 0 }
                ? ReadTable(parser, known: null, place: null)
                : ReadValue(parser, (array.Line, array.Column), known: null));
        }

        return array;
    }

    // The first by place: the errors after it mostly follow from it.
    private static string Describe(string path, DiagnosticsBag errors)
    {
        var first = errors
            .Where(error => error.Kind is DiagnosticMessageKind.Error)
            .MinBy(error => (error.Span.Start.Line, error.Span.Start.Column))!;
        return $"{path}:{first.Span.Start.Line + 1}:{first.Span.Start.Column + 1}: {first.Message}";
    }
}
