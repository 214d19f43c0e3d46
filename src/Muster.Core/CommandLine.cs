using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Muster.Core;

/// <summary>Splits a command line into words as a POSIX shell would (XCU 2.2 Quoting), without a shell.</summary>
/// <remarks>
/// What a shell would do more than split (expand <c>$</c>, run <c>`</c>, pipe, redirect, put in the background) is refused
/// where it is not quoted: it would otherwise be handed over literally, which is never what was meant.
/// </remarks>
public static class CommandLine
{
    private const string ShellOnly = "|&;<>()$`";
    private const string Plain = "/._-+=:,@%";

    /// <summary>Splits <paramref name="text"/>.</summary>
    /// <param name="text">The command line.</param>
    /// <param name="words">At least one word; empty when refused.</param>
    /// <param name="error">What is wrong, with the position counted from 1; null when nothing is.</param>
    public static bool TrySplit(string text, out ImmutableArray<string> words, out string? error)
    {
        var reader = new Reader(text);
        error = reader.Read();
        words = error is null ? [.. reader.Words] : [];
        return error is null;
    }

    /// <summary>A text that splits into these words again.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private sealed class Reader(string text)
    {
        private readonly StringBuilder _word = new();
        private bool _inWord;
        private int _at;

        public List<string> Words { get; } = [];

        public string? Read()
        {
            for (; _at < text.Length; _at++)
            {
                if (ReadOne(text[_at]) is { } error)
                {
                    return error;
                }
            }

            EndWord();
            return Words.Count == 0 ? "it holds no word: give a command line" : null;
        }

        private string? ReadOne(char c)
        {
            switch (c)
            {
                case '\0':
                    return At(_at, "a NUL character cannot be part of a command line");
                case ' ' or '\t' or '\n' or '\r':
                    EndWord();
                    return null;
                case '\'':
                    return ReadSingleQuoted();
                case '"':
                    return ReadDoubleQuoted();
                case '\\':
                    return ReadEscaped();
                case var _ when ShellOnly.Contains(c, StringComparison.Ordinal):
                    return At(_at, $"'{c}' needs a shell: write sh -c '...', or quote it to mean itself");
                default:
                    Append(c);
                    return null;
            }
        }

        private string? ReadSingleQuoted()
        {
            var close = text.IndexOf('\'', _at + 1);
            if (close < 0)
            {
                return At(_at, "the single quote is never closed");
            }

            Append(text.AsSpan(_at + 1, close - _at - 1));
            _at = close;
            return null;
        }

        private string? ReadDoubleQuoted()
        {
            var open = _at;
            Append([]);
            for (_at++; _at < text.Length; _at++)
            {
                switch (text[_at])
                {
                    case '"':
                        return null;
                    case '$' or '`':
                        return At(_at, $"'{text[_at]}' in double quotes needs a shell: write sh -c '...', or use single quotes");
                    case '\\' when _at + 1 < text.Length && text[_at + 1] is '$' or '`' or '"' or '\\':
                        Append(text[++_at]);
                        break;
                    case '\\' when _at + 1 < text.Length && text[_at + 1] is '\n':
                        _at++;
                        break;
                    default:
                        Append(text[_at]);
                        break;
                }
            }

            return At(open, "the double quote is never closed");
        }

        private string? ReadEscaped()
        {
            if (_at + 1 == text.Length)
            {
                return At(_at, "a backslash at the end escapes nothing");
            }

            // An escaped line end joins two lines and is no character at all.
            if (text[++_at] != '\n')
            {
                Append(text[_at]);
            }

            return null;
        }

        private void Append(char c) => Append([c]);

        private void Append(ReadOnlySpan<char> characters)
        {
            _inWord = true;
            _word.Append(characters);
        }

        private void EndWord()
        {
            if (_inWord)
            {
                Words.Add(_word.ToString());
                _word.Clear();
                _inWord = false;
            }
        }

        private static string At(int index, string what) =>
            string.Create(CultureInfo.InvariantCulture, $"position {index + 1}: {what}");
    }
}
