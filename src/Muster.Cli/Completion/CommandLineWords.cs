using System.Text;

namespace Muster.Cli.Completion;

/// <summary>The words of a half-typed command line, as a shell would part them.</summary>
internal static class CommandLineWords
{
    /// <summary>Every word up to the end, the program's name included; the last is the one being typed, and may be empty.</summary>
    public static List<string> Of(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, isOpen) = ('\0', false);
        for (var i = 0; i < line.Length; i++)
        {
            var letter = line[i];
            if (quote != '\0')
            {
                if (letter == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(letter);
                }
            }
            else if (letter is '\'' or '"')
            {
                (quote, isOpen) = (letter, true);
            }
            else if (letter == '\\' && i + 1 < line.Length)
            {
                word.Append(line[++i]);
            }
            else if (char.IsWhiteSpace(letter))
            {
                if (word.Length > 0 || isOpen)
                {
                    words.Add(word.ToString());
                }

                word.Clear();
                isOpen = false;
            }
            else
            {
                word.Append(letter);
            }
        }

        words.Add(word.ToString());
        return words;
    }
}
