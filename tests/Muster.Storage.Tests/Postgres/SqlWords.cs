using System.Text.RegularExpressions;

namespace Muster.Storage.Tests.Postgres;

/// <summary>
/// A statement cut into words: keywords and names, numbers, strings in quotes, parameters, signs. Comments are none of them.
/// </summary>
internal static partial class SqlWords
{
    public static IReadOnlyList<string> Of(string sql)
    {
        var words = new List<string>();
        var at = 0;
        while (at < sql.Length)
        {
            var match = Word().Match(sql, at);
            Assert.True(match.Success && match.Index == at, $"not SQL from here on: {sql[at..]}");
            if (match.Groups["word"].Success)
            {
                words.Add(match.Value);
            }

            at += match.Length;
        }

        return words;
    }

    public static bool IsName(string word) => char.IsAsciiLetter(word[0]) || word[0] == '_';

    [GeneratedRegex(
        @"\G(?:\s+|--[^\n]*|(?<word>'(?:[^']|'')*'|""[^""]*""|\$[0-9]+|[A-Za-z_][A-Za-z_0-9]*|[0-9]+(?:\.[0-9]+)?|::|<=|>=|<>|\|\|"
        + @"|[-+*/%=<>(),.;\[\]]))")]
    private static partial Regex Word();
}
