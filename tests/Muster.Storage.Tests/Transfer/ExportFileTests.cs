using System.Text;

using Muster.Core;
using Muster.Storage.Tests.Postgres;
using Muster.Storage.Transfer;

using Npgsql;

namespace Muster.Storage.Tests.Transfer;

/// <summary>A file that no Muster wrote is refused with the line, what is wrong and what is allowed, whatever its checksum says.</summary>
public sealed class ExportFileTests
{
    private const string Head = """{"muster_export":5,"installation_id":"00000000-0000-0000-0000-00000000000a"}""";

    private const string Account =
        """{"table":"accounts","row":{"id":"00000000-0000-0000-0000-00000000000a","name":"a","created_at":"2030-01-01T00:00:00.000000Z"}}""";

    [Theory]
    [InlineData("5", "line 1 is '5': a JSON object")]
    [InlineData("""{"muster_export":1.5}""", "line 1 is '{\"muster_export\":1.5}': an export of version 1 to 5")]
    [InlineData("""{"muster_export":0}""", "an export of version 1 to 5 with its installation id")]
    [InlineData("""{"muster_export":5}""", "an export of version 1 to 5 with its installation id")]
    [InlineData("""{"muster_export":5,"installation_id":7}""", "an export of version 1 to 5 with its installation id")]
    [InlineData(Head + "\n[]", "line 2 is '[]': a JSON object")]
    [InlineData(Head + "\nnull", "line 2 is 'null': a JSON object")]
    [InlineData(Head + "\n\"accounts\"", "a JSON object")]
    [InlineData(Head + "\n{\"table\":5,\"row\":{}}", "an object with 'table' and 'row'")]
    [InlineData(Head + "\n{\"table\":\"accounts\",\"row\":[]}", "an object with 'table' and 'row'")]
    [InlineData(Head + "\n{\"end\":true}", "an end with 'rows' and 'sha256'")]
    [InlineData(Head + "\n{\"end\":true,\"rows\":5,\"sha256\":\"\"}", "an end with 'rows' and 'sha256'")]
    [InlineData(Head + "\n{\"end\":true,\"rows\":{\"accounts\":\"none\"},\"sha256\":5}", "0 rows of accounts")]
    public void A_line_of_another_shape_is_refused(string text, string said) =>
        Assert.Contains(said, Refusal(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"00000000-0000-0000-0000-00000000000a\"", "\"somebody\"", "a row of accounts whose id is a UUID, not \"somebody\"")]
    [InlineData("\"00000000-0000-0000-0000-00000000000a\"", "5", "whose id is a UUID, not 5")]
    [InlineData("\"a\"", "5", "whose name is text, not 5")]
    [InlineData("\"a\"", "null", "whose name is text, not null")]
    [InlineData(
        "\"2030-01-01T00:00:00.000000Z\"",
        "\"yesterday\"",
        "whose created_at is an instant like 2030-12-31T23:59:59.000000Z, not \"yesterday\"")]
    public void A_value_of_another_kind_is_refused(string good, string bad, string said) =>
        Assert.Contains(said, Refusal($"{Head}\n{Account.Replace(good, bad, StringComparison.Ordinal)}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("Number", "1.5", false)]
    [InlineData("Number", "9223372036854775808", false)]
    [InlineData("Number", "\"1\"", false)]
    [InlineData("Number", "1", true)]
    [InlineData("Flag", "1", false)]
    [InlineData("Flag", "false", true)]
    [InlineData("Bytes", "\"not base64\"", false)]
    [InlineData("Bytes", "\"AQID\"", true)]
    [InlineData("Json", "\"{}\"", false)]
    [InlineData("Json", "{}", true)]
    [InlineData("Json", "[]", true)]
    [InlineData("Time", "\"2030-01-01\"", false)]
    [InlineData("Text", "null", false)]
    public void A_column_admits_its_kind_and_no_other(string kind, string value, bool isAdmitted)
    {
        using var document = System.Text.Json.JsonDocument.Parse(value);

        Assert.Equal(isAdmitted, new Column("it", Enum.Parse<ColumnKind>(kind)).Admits(document.RootElement));
    }

    [Fact]
    public async Task The_columns_that_may_hold_nothing_are_those_of_the_schema()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var database = await TestDatabases.CreateAsync(cancellation);
        await using var source = NpgsqlDataSource.Create((await TestDatabases.ServerAsync()).ConnectionString(database));
        await using var asking = source.CreateCommand(
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' "
            + "AND is_nullable = 'YES'");
        await using var reader = await asking.ExecuteReaderAsync(cancellation);
        var nullable = new HashSet<string>();
        while (await reader.ReadAsync(cancellation))
        {
            nullable.Add(reader.GetString(0));
        }

        Assert.All(
            StoreTable.All.SelectMany(table => table.Columns.Select(column => (Name: $"{table.Name}.{column.Name}", column.IsOptional))),
            column => Assert.True(column.IsOptional == nullable.Contains(column.Name), column.Name));
    }

    private static string Refusal(string text) => Assert.Throws<InputException>(
        () => StoreTransfer.Check(new MemoryStream(Encoding.UTF8.GetBytes(text + "\n")), TestContext.Current.CancellationToken)).Message;
}
