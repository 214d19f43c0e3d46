using Tomlyn;
using Tomlyn.Parsing;

namespace Muster.Cli.Toml;

/// <summary>Reads TOML into <see cref="TomlNode"/>s, from Tomlyn's events: they carry places and need no reflection.</summary>
internal static class TomlFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="CliException">It cannot be read, or is not TOML: one line an error, with line and column.</exception>
    public static TomlNode.Table Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{path} cannot be read: {error.Message}", error);
        }

        return Parse(path, text);
    }

    /// <summary>Reads text that came from <paramref name="path"/>.</summary>
    /// <exception cref="CliException">It is not TOML.</exception>
    public static TomlNode.Table Parse(string path, string text)
    {
        var parser = TomlParser.Create(text, new TomlParserOptions { Mode = TomlParserMode.Strict, EagerStringValues = true });
        try
        {
            while (parser.MoveNext())
            {
                if (parser.Current.Kind is TomlParseEventKind.StartTable)
                {
                    return ReadTable(parser, new TomlNode.Table { Line = 1, Column = 1 });
                }
            }

            return new TomlNode.Table { Line = 1, Column = 1 };
        }
        catch (TomlException error)
        {
            throw new CliException(ExitCode.Usage, Describe(path, error), error);
        }
    }

    private static TomlNode.Table ReadTable(TomlParser parser, TomlNode.Table table)
    {
        while (parser.MoveNext() && parser.Current.Kind is TomlParseEventKind.PropertyName)
        {
            var key = parser.Current.PropertyName ?? parser.GetPropertyName();
            var place = (parser.Current.Line, parser.Current.Column);
            // A table may be opened again further down ([a], then [a.b] after [c]); Tomlyn has refused real repeats already.
            table.Items.TryGetValue(key, out var known);
            table.KeyPlaces.TryAdd(key, place);
            parser.MoveNext();
            table.Items[key] = ReadValue(parser, place, known);
        }

        return table;
    }

    private static TomlNode ReadValue(TomlParser parser, (int Line, int Column) key, TomlNode? known)
    {
        var current = parser.Current;
        var (line, column) = current.Line > 0 ? (current.Line, current.Column) : key;
        return current.Kind switch
        {
            TomlParseEventKind.StartTable =>
                ReadTable(parser, known as TomlNode.Table ?? new TomlNode.Table { Line = line, Column = column }),
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
            array.Items.Add(ReadValue(parser, (array.Line, array.Column), known: null));
        }

        return array;
    }

    private static string Describe(string path, TomlException error) =>
        error.Diagnostics.Count == 0
            ? $"{path}: {error.Message}"
            : string.Join('\n', error.Diagnostics
                .DistinctBy(diagnostic => (diagnostic.Span.Start.Line, diagnostic.Message))
                .Select(diagnostic =>
                    $"{path}:{diagnostic.Span.Start.Line + 1}:{diagnostic.Span.Start.Column + 1}: {diagnostic.Message}"));
}
