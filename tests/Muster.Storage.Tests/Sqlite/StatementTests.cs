using System.Reflection;

using Microsoft.Data.Sqlite;

using Muster.Storage.Sqlite;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Tests.Sqlite;

/// <summary>Every statement of the store is found by an index: none looks at a whole table.</summary>
public sealed class StatementTests
{
    private static readonly string[] Small = ["accounts", "meta", "json_each"];

    public static TheoryData<string> Statements => [.. typeof(SqliteStore).Assembly.GetTypes()
        .Where(IsSqlite)
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(member => member.FieldType == typeof(Statement))
        .Select(member => $"{member.DeclaringType!.Name}.{member.Name}")];

    [Fact]
    public void There_are_statements_to_ask_about() => Assert.InRange(Statements.Count, 30, 200);

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task A_statement_scans_and_sorts_no_table(string name)
    {
        using var directory = new TemporaryDirectory();
        await using (await SqliteStore.OpenAsync(
            new SqliteStoreOptions { Path = directory.Database },
            TemporaryDirectory.Random,
            TimeProvider.System,
            TestContext.Current.CancellationToken))
        {
        }

        var plan = Explain(directory.Database, Find(name).Sql);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', plan));
        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN", StringComparison.Ordinal) && !Small.Any(step.Contains));
        Assert.DoesNotContain(plan, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("AUTOMATIC", StringComparison.Ordinal));
    }

    private static Statement Find(string name)
    {
        var parts = name.Split('.');
        var type = typeof(SqliteStore).Assembly.GetTypes().Single(each => each.Name == parts[0] && IsSqlite(each));
        return (Statement)type.GetField(parts[1], BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!.GetValue(null)!;
    }

    private static bool IsSqlite(Type type) => type.Namespace?.StartsWith(typeof(SqliteStore).Namespace!, StringComparison.Ordinal) is true;

    private static List<string> Explain(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + NamedParameters(sql);
        for (var i = 0; i < sql.Count(c => c == '?'); i++)
        {
            command.Parameters.AddWithValue($"$p{i}", DBNull.Value);
        }

        using var reader = command.ExecuteReader();
        var plan = new List<string>();
        while (reader.Read())
        {
            plan.Add(reader.GetString(3));
        }

        return plan;
    }

    private static string NamedParameters(string sql)
    {
        var parts = sql.Split('?');
        return string.Concat(parts.Select((part, i) => i == 0 ? part : $"$p{i - 1}{part}"));
    }
}
