using System.Text;

using Microsoft.Data.Sqlite;

using Muster.Core.Storage;
using Muster.Storage.Sqlite;
using Muster.Storage.Tests.Postgres;
using Muster.Storage.Tests.Sqlite;
using Muster.Storage.Transfer;

namespace Muster.Storage.Tests.Transfer;

/// <summary>What a store holds and nobody can read is found, and does not end the check.</summary>
public sealed class UnreadableStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("UPDATE groups SET created_at = 9223372036854775807", "groups", "created_at: 9223372036854775807 microseconds")]
    [InlineData("UPDATE groups SET scaled_at = -9223372036854775808", "groups", "scaled_at: -9223372036854775808 microseconds")]
    [InlineData("UPDATE groups SET interval_us = 9223372036854775807", "groups", "longer than any span")]
    [InlineData("UPDATE groups SET capacity_max = 9223372036854775807", "groups", "has 9223372036854775807 as capacity_max")]
    [InlineData("UPDATE groups SET claims = '['", "groups", "claims: ")]
    [InlineData("UPDATE templates SET tags = '{\"a\":\"\\ud800\"}'", "templates", "tags: ")]
    [InlineData("UPDATE group_states SET booting = 'nothing'", "group_states", "booting: ")]
    [InlineData("UPDATE activities SET launch_id = 'nobody'", "activities", "launch_id: the store holds 'nobody' where an id belongs")]
    public async Task SQLite_holds_it(string damage, string table, string said)
    {
        await using (var store = await OpenAsync())
        {
            await FilledStore.FillAsync(store, Cancellation);
        }

        await using (var connection = new SqliteConnection($"Data Source={_directory.Database};Pooling=False"))
        {
            await connection.OpenAsync(Cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = damage;
            Assert.True(await command.ExecuteNonQueryAsync(Cancellation) > 0);
        }

        await using var damaged = await OpenAsync();
        await IsFoundAsync(damaged, table, said);
    }

    [Fact]
    public async Task Nesting_that_a_line_cannot_hold_is_found_as_well()
    {
        var deep = new string('[', 63) + new string(']', 63);
        await SQLite_holds_it($"UPDATE groups SET brakes = '{deep}'", "groups", "brakes: ");
    }

    [Theory]
    [InlineData("UPDATE groups SET created_at = '20000-01-01T00:00:00Z'", "created_at: ")]
    [InlineData("UPDATE groups SET capacity_max = 9223372036854775807", "has 9223372036854775807 as capacity_max")]
    public async Task PostgreSQL_holds_it(string damage, string said)
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        await using var store = await TestDatabases.OpenAsync(database, Cancellation);
        await FilledStore.FillAsync(store, Cancellation);
        await server.ExecuteAsync(damage, Cancellation, database);

        await IsFoundAsync(store, "groups", said);
    }

    private static async Task IsFoundAsync(IStore store, string table, string said)
    {
        var summary = await StoreTransfer.CheckAsync(store, Cancellation);

        Assert.Contains(summary.Findings, finding => finding.StartsWith(table, StringComparison.Ordinal)
            && finding.Contains(said, StringComparison.Ordinal));
        Assert.All(summary.Findings, finding => Assert.StartsWith(table, finding, StringComparison.Ordinal));
        Assert.Contains(summary.Tables, each => each.Table == "activities" && each.Rows > 0);
        await IsNotLostAsync(store, said);
    }

    /// <summary>An export has the value as it stands, or there is none.</summary>
    private static async Task IsNotLostAsync(IStore store, string said)
    {
        await using var export = new MemoryStream();
        try
        {
            await StoreTransfer.ExportAsync(store, export, TimeProvider.System, Cancellation);
            Assert.Contains("9223372036854775807", Encoding.UTF8.GetString(export.ToArray()), StringComparison.Ordinal);
        }
        catch (StoreException error)
        {
            Assert.Equal(StoreErrorKind.Unusable, error.Kind);
            Assert.Contains(said, error.Message, StringComparison.Ordinal);
        }
    }

    private async Task<SqliteStore> OpenAsync() => await SqliteStore.OpenAsync(
        new() { Path = _directory.Database }, TemporaryDirectory.Random, TimeProvider.System, Cancellation);
}
