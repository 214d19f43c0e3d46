namespace Muster.Storage.Tests.Postgres;

/// <summary>
/// What of SQL the store may use, so that CockroachDB takes it: kinds of statement, keywords, functions and types, each of which stands in
/// its published grammar and reference (docs/cockroachdb.md says where), and what that grammar allows but its planner refuses. Whatever is
/// not listed here is refused: who needs more looks it up there first, and lists it in both places.
/// </summary>
internal static class CockroachGrammar
{
    /// <summary>How a statement may begin.</summary>
    public static readonly IReadOnlyList<string> Kinds =
    [
        "SELECT", "INSERT INTO", "UPDATE", "WITH", "BEGIN", "BEGIN TRANSACTION READ ONLY", "COMMIT", "ROLLBACK", "SHOW",
        "CREATE TABLE IF NOT EXISTS", "CREATE INDEX IF NOT EXISTS", "CREATE UNIQUE INDEX IF NOT EXISTS", "ALTER TABLE",
    ];

    private static readonly HashSet<string> Keywords =
    [
        "ADD", "ALTER", "AND", "ANY", "AS", "BEGIN", "BY", "CASE", "CAST", "COLUMN", "COMMIT", "CONFLICT", "CONSTRAINT", "CREATE", "CROSS",
        "DEFAULT", "DESC", "DISTINCT", "DO", "ELSE", "END", "EXISTS", "FOR", "FROM", "GROUP", "IF", "IN", "INDEX", "INSERT", "INTERVAL",
        "INTO", "IS", "JOIN", "KEY", "LEFT", "LIMIT", "NOT", "NOTHING", "NULL", "OF", "ON", "ONLY", "OR", "ORDER", "PRIMARY", "READ",
        "REFERENCES", "RETURNING", "ROLLBACK", "SELECT", "SET", "SHOW", "TABLE", "THEN", "TRANSACTION", "UNIQUE", "UPDATE", "VALUES",
        "WHEN", "WHERE", "WITH",
    ];

    private static readonly HashSet<string> Functions =
        ["clock_timestamp", "coalesce", "decode", "greatest", "max", "now", "strpos", "sum", "unnest", "version"];

    private static readonly HashSet<string> Types = ["bigint", "boolean", "bytea", "jsonb", "text", "timestamptz", "uuid"];

    private static readonly HashSet<string> Changing = ["INSERT", "UPDATE", "DELETE", "UPSERT", "TRUNCATE", "MERGE"];

    // After these, a bracket opens no arguments: a list of columns, a subquery, or a clause.
    private static readonly HashSet<string> Clauses =
    [
        "INTO", "CONFLICT", "KEY", "UNIQUE", "REFERENCES", "ON", "AS", "TABLE", "EXISTS", "IN", "VALUES", "AND", "OR", "NOT", "WHERE",
        "ANY",
    ];

    /// <summary>Why CockroachDB would refuse the statement; empty when nothing says so.</summary>
    public static IReadOnlyList<string> Objections(string sql)
    {
        var words = SqlWords.Of(sql);
        return [.. OfKind(words), .. OfWords(words), .. OfWithClauses(words), .. OfChanges(words), .. OfLocks(words)];
    }

    /// <summary>The longest of <see cref="Kinds"/> that the statement begins with; null for none.</summary>
    public static string? KindOf(string sql)
    {
        var words = SqlWords.Of(sql);
        return Kinds.Where(kind => Begins(words, kind.Split(' '))).MaxBy(kind => kind.Length);
    }

    private static IEnumerable<string> OfKind(IReadOnlyList<string> words)
    {
        if (!Kinds.Any(kind => Begins(words, kind.Split(' '))))
        {
            yield return $"begins with {string.Join(' ', words.Take(3))}: no kind of statement that is looked up";
        }
        else if (words[0] is "BEGIN" or "COMMIT" or "ROLLBACK"
            && string.Join(' ', words) is not ("BEGIN" or "BEGIN TRANSACTION READ ONLY" or "COMMIT" or "ROLLBACK"))
        {
            yield return $"{string.Join(' ', words)}: a way to begin or end a transaction that is not looked up";
        }

        if (words.Contains(";"))
        {
            yield return "two statements in one: they cannot be prepared";
        }
    }

    private static IEnumerable<string> OfWords(IReadOnlyList<string> words)
    {
        var isTable = words[0] is "CREATE" or "ALTER";
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            var next = i + 1 < words.Count ? words[i + 1] : "";
            var before = i > 0 ? words[i - 1] : "";
            if (!SqlWords.IsName(word))
            {
                if (word[0] == '"')
                {
                    yield return $"{word}: a name in quotes hides from this look";
                }

                continue;
            }

            if (word == "interval" && next is ['\'', ..])
            {
                continue;
            }

            if (word.Any(char.IsUpper))
            {
                if (!Keywords.Contains(word))
                {
                    yield return $"{word}: no keyword that is looked up";
                }
            }
            else if (Keywords.Contains(word.ToUpperInvariant())
                && before != "."
                && word is not ("key" or "value" or "position" or "name" or "count"))
            {
                yield return $"{word}: keywords are in capitals, so that a look at them finds them";
            }

            if (before == "::" && !Types.Contains(word))
            {
                yield return $"::{word}: no type that is looked up";
            }

            if (before == "::" && word is "jsonb" && next is "[")
            {
                yield return "::jsonb[]: arrays of JSON are not there (cockroachdb/cockroach issue 23468)";
            }

            if (next == "(" && !word.Any(char.IsUpper) && !isTable && before is not ("INTO" or "AS" or "UPDATE" or "." or "JOIN")
                && !Clauses.Contains(before)
                && !Functions.Contains(word))
            {
                yield return $"{word}(): no function that is looked up";
            }
        }
    }

    /// <summary>
    /// "WITH clause does not return any columns" (SQLSTATE 0A000) for one that changes and has no RETURNING, and "must be at the top level"
    /// (0A000) for one that changes below it.
    /// </summary>
    private static IEnumerable<string> OfWithClauses(IReadOnlyList<string> words)
    {
        for (var i = 0; i + 1 < words.Count; i++)
        {
            if (words[i] != "(" || !Changing.Contains(words[i + 1]))
            {
                continue;
            }

            var isTop = i >= 2 && words[i - 1] == "AS" && Depth(words, i) == 0 && words[0] == "WITH";
            if (!isTop)
            {
                yield return $"{words[i + 1]} in brackets that are no WITH clause at the top";
            }

            if (!Body(words, i).Contains("RETURNING"))
            {
                yield return $"WITH {words[Math.Max(0, i - 2)]}: changes and has no RETURNING";
            }
        }

        if (words.Skip(1).Contains("WITH"))
        {
            yield return "a WITH within, or storage parameters";
        }
    }

    private static IEnumerable<string> OfChanges(IReadOnlyList<string> words)
    {
        var changed = new List<string>();
        for (var i = 0; i + 1 < words.Count; i++)
        {
            if (words[i] == "INTO" || (words[i] == "UPDATE" && (i == 0 || words[i - 1] is not ("DO" or "FOR"))))
            {
                changed.Add(words[i + 1]);
            }
        }

        return changed.GroupBy(table => table).Where(table => table.Count() > 1)
            .Select(table => $"{table.Key} is changed twice in one statement, which may corrupt its indices there and is refused");
    }

    private static IEnumerable<string> OfLocks(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] == "FOR" && !(i + 1 < words.Count && words[i + 1] == "UPDATE"))
            {
                yield return "FOR without UPDATE: shared locks are not there by default";
            }
        }
    }

    /// <summary>The words of the brackets that open here, less those of brackets within.</summary>
    private static IEnumerable<string> Body(IReadOnlyList<string> words, int open)
    {
        var depth = 0;
        for (var i = open; i < words.Count; i++)
        {
            depth += words[i] switch { "(" => 1, ")" => -1, _ => 0 };
            if (depth == 0)
            {
                yield break;
            }

            if (depth == 1)
            {
                yield return words[i];
            }
        }
    }

    private static int Depth(IReadOnlyList<string> words, int at) =>
        words.Take(at).Sum(word => word switch { "(" => 1, ")" => -1, _ => 0 });

    private static bool Begins(IReadOnlyList<string> words, string[] with) => words.Take(with.Length).SequenceEqual(with);
}
