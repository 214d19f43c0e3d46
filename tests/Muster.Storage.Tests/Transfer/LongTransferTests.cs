using Muster.Conformance.Storage;
using Muster.Core.Storage;
using Muster.Storage.Postgres;
using Muster.Storage.Tests.Postgres;
using Muster.Storage.Transfer;

using Npgsql;

namespace Muster.Storage.Tests.Transfer;

/// <summary>A whole table takes as long as it takes, whatever a statement of a running server may.</summary>
public sealed class LongTransferTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_export_outlasts_the_time_that_any_other_statement_has()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        var options = TestDatabases.Options(server.SocketUrl(database));
        options.StatementTimeout = TimeSpan.FromSeconds(1);
        await using var store = await PostgresStore.OpenAsync(options, TestDatabases.Random, new HastyTime(factor: 50), Cancellation);
        await FilledStore.FillAsync(store, Cancellation);
        await using var connection = new NpgsqlConnection(server.ConnectionString(database));
        await connection.OpenAsync(Cancellation);
        await using var other = await connection.BeginTransactionAsync(Cancellation);
        await using var locking = new NpgsqlCommand("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE", connection, other);
        await locking.ExecuteNonQueryAsync(Cancellation);

        using var export = new MemoryStream();
        var exporting = StoreTransfer.ExportAsync(store, export, TimeProvider.System, Cancellation);
        for (var i = 0; i < 3; i++)
        {
            // Begins after the export and is ended, one after the other: each is a second that the export has waited.
            var error = await Assert.ThrowsAsync<StoreException>(() => store.FindAccountAsync("default", Cancellation));
            Assert.Contains("a statement took too long", error.Message, StringComparison.Ordinal);
        }

        await other.RollbackAsync(Cancellation);
        Same.As(await exporting, await StoreTransfer.CheckAsync(store, Cancellation));
    }
}
