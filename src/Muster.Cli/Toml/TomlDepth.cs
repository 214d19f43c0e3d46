namespace Muster.Cli.Toml;

/// <summary>Finds where a text is nested deeper than any file of Muster's is: the parser only says that it is.</summary>
internal static class TomlDepth
{
    /// <summary>Deepest that is read: of lists, of tables in braces, and of the parts of a key. The parser's own bound.</summary>
    public const int Max = 64;

    /// <summary>The first line, from 1, that is too deep; null when none is.</summary>
    public static int? FindLine(string text)
    {
        var (line, depth, dots) = (1, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\n':
                    line++;
                    dots = 0;
                    break;
                case '#':
                    i = EndOfLine(text, i) - 1;
                    break;
                case '"' or '\'':
                    var end = EndOfString(text, i);
                    line += text.AsSpan(i, end - i).Count('\n');
                    i = end - 1;
                    break;
                case '[' or '{':
                    depth++;
                    break;
                case ']' or '}':
                    depth--;
                    break;
                case '.':
                    dots++;
                    break;
            }

            if (depth > Max || dots >= Max)
            {
                return line;
            }
        }

        return null;
    }

    private static int EndOfLine(string text, int from) => text.IndexOf('\n', from) is >= 0 and var end ? end : text.Length;

    /// <summary>Behind the string that begins there; one that never ends, ends with the text.</summary>
    private static int EndOfString(string text, int start)
    {
        var quote = text[start];
        var mark = text.AsSpan(start).StartsWith(new string(quote, 3), StringComparison.Ordinal) ? new string(quote, 3) : quote.ToString();
        for (var i = start + mark.Length; i < text.Length; i++)
        {
            if (quote == '"' && text[i] == '\\')
            {
                i++;
            }
            else if (text.AsSpan(i).StartsWith(mark, StringComparison.Ordinal))
            {
                return i + mark.Length;
            }
        }

        return text.Length;
    }
}
