using Muster.Storage.Postgres.Sessions;

namespace Muster.Storage.Postgres;

/// <summary>Where PostgreSQL must be told what CockroachDB does by itself and will not be told.</summary>
internal static class Dialect
{
    /// <summary>
    /// CockroachDB always compares text by its bytes, and has no such columns: https://github.com/cockroachdb/cockroach/pull/96828.
    /// </summary>
    private const string ByBytes = " COLLATE \"C\"";

    private const string Roomy = " WITH (fillfactor = 50)";

    /// <summary>The statements of a script, which end with a semicolon at the end of a line.</summary>
    public static IEnumerable<Statement> Split(string script, bool isCockroach)
    {
        var lines = script.Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal));
        foreach (var statement in string.Join('\n', lines)
            .Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            yield return new(isCockroach ? ForCockroach(statement) : statement);
        }
    }

    /// <summary>The statement without what CockroachDB does not take.</summary>
    public static string ForCockroach(string statement) =>
        statement.Replace(ByBytes, "", StringComparison.Ordinal).Replace(Roomy, "", StringComparison.Ordinal);
}
