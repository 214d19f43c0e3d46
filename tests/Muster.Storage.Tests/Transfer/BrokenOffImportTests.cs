using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Postgres;
using Muster.Storage.Tests.Postgres;
using Muster.Storage.Tests.Sqlite;
using Muster.Storage.Transfer;

namespace Muster.Storage.Tests.Transfer;

/// <summary>
/// An import into PostgreSQL goes in batches: what broke off in the middle is nobody's store, and goes on when it is begun anew.
/// </summary>
public sealed class BrokenOffImportTests : IAsyncLifetime
{
    private readonly SqliteHarness _fromHarness = new();
    private string _database = "";
    private IStore _from = null!;
    private byte[] _export = [];
    private TransferSummary _exported = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabases.CreateAsync(Cancellation);
        _from = await _fromHarness.OpenAsync(Cancellation);
        await FilledStore.FillAsync(_from, Cancellation);
        (_export, _exported) = await ExportAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _from.DisposeAsync();
        await _fromHarness.DisposeAsync();
    }

    [Fact]
    public async Task The_same_import_goes_on_where_it_broke_off()
    {
        await BreakOffAsync();

        await using (var store = await OpenAsync(forImport: true))
        {
            Same.As(_exported, await StoreTransfer.ImportAsync(store, new MemoryStream(_export), Cancellation));
        }

        await using var opened = await OpenAsync(forImport: false);
        Assert.Equal(_from.Installation, opened.Installation);
        Same.As(_exported, await StoreTransfer.CheckAsync(opened, Cancellation));
    }

    [Fact]
    public async Task Half_an_import_is_opened_for_nothing_else()
    {
        await BreakOffAsync();

        var error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(forImport: false));

        Assert.Equal(StoreErrorKind.Unusable, error.Kind);
        Assert.Contains(
            "holds a part of an import: run 'muster store import' with the same file again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_import_does_not_mix_with_half_of_one()
    {
        await BreakOffAsync();
        await using var store = await OpenAsync(forImport: true);
        var before = await StoreTransfer.CheckAsync(store, Cancellation);
        await _from.EnsureAccountAsync(new Some().Account("late") with { Id = new(TestDatabases.Random.NextId()) }, Cancellation);
        var (other, _) = await ExportAsync();

        var error = await Assert.ThrowsAsync<StoreException>(() => StoreTransfer.ImportAsync(store, new MemoryStream(other), Cancellation));

        Assert.Equal(StoreErrorKind.Unusable, error.Kind);
        Assert.Contains("took another import before", error.Message, StringComparison.Ordinal);
        Same.As(before, await StoreTransfer.CheckAsync(store, Cancellation));
    }

    [Fact]
    public async Task An_import_that_does_not_prove_itself_is_not_opened_either()
    {
        await using (var store = await OpenAsync(forImport: true))
        {
            // Loses rows without a word, as a bug would.
            await (await TestDatabases.ServerAsync()).ExecuteAsync(
                "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
                + "CREATE TRIGGER losing BEFORE INSERT ON sweep_leases FOR EACH ROW EXECUTE FUNCTION lose()",
                Cancellation,
                _database);

            var error = await Assert.ThrowsAsync<StoreException>(
                () => StoreTransfer.ImportAsync(store, new MemoryStream(_export), Cancellation));

            Assert.Equal(StoreErrorKind.Unusable, error.Kind);
            Assert.Contains("holds something else than the file after the import", error.Message, StringComparison.Ordinal);
        }

        var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(forImport: false));
        Assert.Contains("holds a part of an import", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finished_import_is_not_taken_twice()
    {
        await using var store = await OpenAsync(forImport: true);
        await StoreTransfer.ImportAsync(store, new MemoryStream(_export), Cancellation);

        var error = await Assert.ThrowsAsync<InputException>(
            () => StoreTransfer.ImportAsync(store, new MemoryStream(_export), Cancellation));

        Assert.Contains("holds accounts already", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Imports the half, as one whose file or process ends in the middle.</summary>
    private async Task BreakOffAsync()
    {
        await using var store = await OpenAsync(forImport: true);
        var rows = new ExportFile(new MemoryStream(_export)).Rows(Cancellation).Take((int)_exported.Rows / 2).Concat(Broken());

        await Assert.ThrowsAsync<IOException>(
            () => ((IStoreContents)store).WriteContentsAsync(_exported.Installation, _exported.Sha256, rows, Cancellation));

        Assert.InRange((await StoreTransfer.CheckAsync(store, Cancellation)).Rows, 1, _exported.Rows - 1);
    }

    private static IEnumerable<StoreRow> Broken() =>
        Enumerable.Range(0, 1).Select<int, StoreRow>(_ => throw new IOException("the pipe broke"));

    private async Task<(byte[] Export, TransferSummary Summary)> ExportAsync()
    {
        using var stream = new MemoryStream();
        var summary = await StoreTransfer.ExportAsync(_from, stream, TimeProvider.System, Cancellation);
        return (stream.ToArray(), summary);
    }

    private async Task<PostgresStore> OpenAsync(bool forImport)
    {
        var options = TestDatabases.Options((await TestDatabases.ServerAsync()).SocketUrl(_database));
        options.ForImport = forImport;
        return await PostgresStore.OpenAsync(options, TestDatabases.Random, TimeProvider.System, Cancellation);
    }
}
