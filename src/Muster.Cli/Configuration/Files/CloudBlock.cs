using System.Globalization;
using System.Text;

namespace Muster.Cli.Configuration.Files;

/// <summary>A <c>[[cloud]]</c> as text.</summary>
internal static class CloudBlock
{
    /// <summary>The lines of a cloud, each with its line feed; options in their order.</summary>
    public static string Of(string name, string kind, IReadOnlyList<KeyValuePair<string, string>> options)
    {
        var text = new StringBuilder("[[cloud]]\n");
        Add(text, "name", name);
        Add(text, "kind", kind);
        if (options.Count > 0)
        {
            text.Append("[cloud.options]\n");
            foreach (var (key, value) in options)
            {
                Add(text, key, value);
            }
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, string key, string value)
    {
        // Dotted keys would be tables.
        text.Append(key.All(IsBare) ? key : Quoted(key)).Append(" = ").Append(Quoted(value)).Append('\n');
    }

    private static bool IsBare(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-';

    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var letter in value)
        {
            switch (letter)
            {
                case '"' or '\\':
                    text.Append('\\').Append(letter);
                    break;
                case < ' ' or '\x7f':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
                    break;
                default:
                    text.Append(letter);
                    break;
            }
        }

        return text.Append('"').ToString();
    }
}
