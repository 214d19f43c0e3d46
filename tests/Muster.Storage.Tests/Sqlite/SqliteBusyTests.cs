using Microsoft.Data.Sqlite;

using Muster.Conformance.Storage;
using Muster.Core.Storage;
using Muster.Storage.Sqlite;

namespace Muster.Storage.Tests.Sqlite;

/// <summary>Somebody outside has the database locked: a person with the <c>sqlite3</c> shell, a backup.</summary>
public sealed class SqliteBusyTests
{
    private readonly Some _a = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_is_refused_as_unavailable_while_a_read_goes_on_and_works_once_the_lock_is_gone()
    {
        using var directory = new TemporaryDirectory();
        var options = new SqliteStoreOptions { Path = directory.Database, BusyTimeout = TimeSpan.FromMilliseconds(50) };
        await using var store = await SqliteStore.OpenAsync(options, TemporaryDirectory.Random, TimeProvider.System, Cancellation);
        await using (var outside = new SqliteConnection($"Data Source={directory.Database};Pooling=False"))
        {
            outside.Open();
            await using var locking = outside.BeginTransaction(deferred: false);

            var writes = Enumerable.Range(0, 5).Select(i => store.EnsureAccountAsync(_a.Account($"account-{i}"), Cancellation)).ToArray();
            foreach (var write in writes)
            {
                var error = await Assert.ThrowsAsync<StoreException>(() => write);
                Assert.Equal(StoreErrorKind.Unavailable, error.Kind);
                Assert.Contains(directory.Database, error.Message, StringComparison.Ordinal);
            }

            await store.PingAsync(Cancellation);
            Assert.Null(await store.FindAccountAsync("account-0", Cancellation));
        }

        await store.EnsureAccountAsync(_a.Account("account-0"), Cancellation);
        Assert.NotNull(await store.FindAccountAsync("account-0", Cancellation));
    }
}
