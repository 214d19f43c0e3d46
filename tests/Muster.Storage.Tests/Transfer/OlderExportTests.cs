using System.Text;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Storage.Tests.Postgres;
using Muster.Storage.Tests.Sqlite;
using Muster.Storage.Transfer;

namespace Muster.Storage.Tests.Transfer;

/// <summary>
/// Exports that older programs wrote (<c>Older/</c>, by the last commits before versions 2, 3, 4 and 5) arrive in every store.
/// </summary>
public sealed class OlderExportTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public Task It_arrives_in_SQLite_as_a_store_that_was_migrated(int version) => ArrivesAsync<SqliteHarness>(version);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public Task It_arrives_in_PostgreSQL_as_a_store_that_was_migrated(int version) => ArrivesAsync<PostgresHarness>(version);

    [Theory]
    [InlineData("\"capacity_desired\":2", "\"capacity_desired\":4", "of the rows before it; the file was changed since it was written")]
    [InlineData("\"scale_in\":", "\"scale_on\":", "a row of groups with the column scale_in")]
    [InlineData("\"role\":\"Admin\"", "\"role\":5", "a row of tokens whose role is text, not 5")]
    [InlineData("\"role\":\"Admin\"", "\"role\":\"\\ud800\"", "text (")]
    [InlineData("\"tokens\":2", "\"tickets\":2", "2 rows of tokens, as many as stand before it")]
    public async Task One_that_was_changed_is_refused(string good, string bad, string said)
    {
        var text = Encoding.UTF8.GetString(await ReadAsync(2));
        Assert.Contains(good, text, StringComparison.Ordinal);

        var error = Assert.Throws<InputException>(
            () => StoreTransfer.Check(
                new MemoryStream(Encoding.UTF8.GetBytes(text.Replace(good, bad, StringComparison.Ordinal))), Cancellation));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    private static async Task ArrivesAsync<THarness>(int version)
        where THarness : Conformance.Storage.IStoreHarness, new()
    {
        await using var harness = new THarness();
        await using var store = await harness.OpenAsync(Cancellation);
        await using var file = new MemoryStream(await ReadAsync(version));

        var imported = await StoreTransfer.ImportAsync(store, file, Cancellation);

        Assert.Empty(imported.Findings);

        // And the first revision of each group.
        Assert.Equal(Rows(await ReadAsync(version), "") + Rows(await ReadAsync(version), "groups\""), imported.Rows);
        var home = await AccountAsync(store, Account.DefaultName);
        var other = await AccountAsync(store, "acme");
        Assert.Equal((AccountAccess.Unlisted, AccountAccess.Unlisted), (home.Access, other.Access));
        Assert.Equal(TokenScope.Installation, Assert.Single(await store.ListTokensAsync(home.Id, Cancellation)).Scope);
        Assert.Equal(TokenScope.Account, Assert.Single(await store.ListTokensAsync(other.Id, Cancellation)).Scope);
        if (version == 3)
        {
            // It said only since when instances are on their way up.
            var group = await store.FindGroupAsync(new(Guid.Parse("987f87ea-a3f0-45e2-91c9-54ad94eebd7b")), Cancellation);
            var since = DateTimeOffset.UnixEpoch.AddMicroseconds(1764378974000001);
            Assert.Equal([new() { Instance = new("i-older"), Phase = MemberPhase.Booting, Since = since }], group!.State.Members);
        }

        if (version == 4)
        {
            var group = await store.FindGroupAsync(new(Guid.Parse("987f87ea-a3f0-45e2-91c9-54ad94eebd7b")), Cancellation);
            Assert.Equal("office", Assert.Single(group!.Claims).Source);
            Assert.Equal(2, group.State.Of("b").FailuresInRow);
        }

        foreach (var group in (await store.ListGroupsAsync(home.Id, new(100), includeArchived: true, Cancellation)).Items)
        {
            Assert.Equal(
                [new(group.Group.Id, 1, group.Template.Id, Layout: null, group.Group.CreatedAt, Author: null)],
                (await store.ListRevisionsAsync(group.Group.Id, new(100), Cancellation)).Items);
        }

        // What arrived is a store like any other: its own export is of the present version, and says the same.
        await using var again = new MemoryStream();
        Assert.Equal(imported.Sha256, (await StoreTransfer.ExportAsync(store, again, TimeProvider.System, Cancellation)).Sha256);
        Assert.Equal(imported.Sha256, StoreTransfer.Check(again, Cancellation).Sha256);
    }

    private static async Task<Account> AccountAsync(IStore store, string name) =>
        await store.FindAccountAsync(name, Cancellation) ?? throw new InvalidOperationException($"no account {name} arrived");

    private static long Rows(byte[] file, string table) =>
        Encoding.UTF8.GetString(file).Split('\n').Count(line => line.StartsWith($"{{\"table\":\"{table}", StringComparison.Ordinal));

    private static Task<byte[]> ReadAsync(int version) =>
        File.ReadAllBytesAsync(
            Path.Combine(RepositoryRoot.Path, "tests/Muster.Storage.Tests/Transfer/Older", $"version-{version}.jsonl"), Cancellation);
}
