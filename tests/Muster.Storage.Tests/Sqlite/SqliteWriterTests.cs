using Muster.Conformance.Storage;
using Muster.Core.Accounts;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Storage.Sqlite;

namespace Muster.Storage.Tests.Sqlite;

/// <summary>Group commit: many writes share a transaction, and none shares another's fate.</summary>
public sealed class SqliteWriterTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Some _a = new();
    private SqliteStore _store = null!;
    private Template _template = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await SqliteStore.OpenAsync(
            new SqliteStoreOptions { Path = _directory.Database }, TemporaryDirectory.Random, TimeProvider.System, Cancellation);
        var account = await _store.EnsureAccountAsync(_a.Account(Account.DefaultName), Cancellation);
        _template = _a.Template(account.Id);
        await _store.AddTemplateAsync(_template, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_refused_write_takes_nobody_with_it_and_leaves_no_gap()
    {
        var writes = Enumerable.Range(0, 300)
            .Select(i => _a.Group(_template, i % 3 == 0 ? "taken" : $"group-{i}"))
            .Select(group => _store.AddGroupAsync(group, _a.Activity(group), Cancellation))
            .ToArray();

        await Task.WhenAll(writes).ContinueWith(_ => { }, Cancellation, TaskContinuationOptions.None, TaskScheduler.Default);

        var refused = writes.Where(write => write.IsFaulted).ToArray();
        Assert.Equal(99, refused.Length);
        Assert.All(refused, write => Assert.Equal(
            StoreErrorKind.Duplicate, Assert.IsType<StoreException>(write.Exception!.InnerException).Kind));
        var trail = await _store.ReadActivitiesAsync(_template.Account, 0, 1000, Cancellation);
        Assert.Equal(Enumerable.Range(1, 201).Select(i => (long)i), trail.Select(activity => activity.Position));
        Assert.Equal(201, await _store.LastPositionAsync(_template.Account, Cancellation));
    }

    [Fact]
    public async Task A_write_that_breaks_the_schema_is_refused_by_itself_and_takes_nobody_with_it()
    {
        var one = _a.Group(_template);
        await _store.AddGroupAsync(one, _a.Activity(one), Cancellation);
        var repeated = _a.Activity(one);
        await _store.RecordIdleAsync([Some.Check(one.Id, Some.Start, repeated)], Cancellation);

        var groups = Enumerable.Range(0, 50).Select(_ => _a.Group(_template)).ToArray();
        var before = groups[..25].Select(group => _store.AddGroupAsync(group, _a.Activity(group), Cancellation)).ToArray();
        var broken = _store.RecordIdleAsync([Some.Check(one.Id, Some.Start, repeated)], Cancellation);
        var after = groups[25..].Select(group => _store.AddGroupAsync(group, _a.Activity(group), Cancellation)).ToArray();

        await Task.WhenAll(before);
        await Task.WhenAll(after);
        Assert.Equal(StoreErrorKind.Duplicate, (await Assert.ThrowsAsync<StoreException>(() => broken)).Kind);
        Assert.Equal(52, await _store.LastPositionAsync(_template.Account, Cancellation));
    }

    [Fact]
    public async Task Closing_finishes_what_is_queued()
    {
        var groups = Enumerable.Range(0, 500).Select(_ => _a.Group(_template)).ToArray();
        var writes = groups.Select(group => _store.AddGroupAsync(group, _a.Activity(group), Cancellation)).ToArray();

        await _store.DisposeAsync();

        await Task.WhenAll(writes);
        _store = await SqliteStore.OpenAsync(
            new SqliteStoreOptions { Path = _directory.Database }, TemporaryDirectory.Random, TimeProvider.System, Cancellation);
        Assert.Equal(500, await _store.LastPositionAsync(_template.Account, Cancellation));
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_write_done_or_undone_and_never_half()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var groups = Enumerable.Range(0, 2000).Select(_ => _a.Group(_template)).ToArray();
        var writes = groups.Select(group => _store.AddGroupAsync(group, _a.Activity(group), cancellation.Token)).ToArray();

        await writes[0];
        await cancellation.CancelAsync();
        await Task.WhenAll(writes).ContinueWith(_ => { }, Cancellation, TaskContinuationOptions.None, TaskScheduler.Default);

        Assert.All(writes, write => Assert.True(write.IsCompletedSuccessfully || write.IsCanceled));
        var done = groups.Where((_, i) => writes[i].IsCompletedSuccessfully).Select(group => group.Id).ToHashSet();
        var kept = await _store.LoadSweepAsync(new(_template.Account, _template.Cloud), Cancellation);
        Assert.Equal(done, kept.Select(record => record.Group.Id).ToHashSet());
    }

    [Fact]
    public async Task A_read_after_an_acknowledged_write_sees_it()
    {
        for (var i = 0; i < 50; i++)
        {
            var group = _a.Group(_template);
            await _store.AddGroupAsync(group, _a.Activity(group), Cancellation);

            Assert.NotNull(await _store.FindGroupAsync(group.Id, Cancellation));
            Assert.Single(await _store.ReadActivitiesAsync(
                _template.Account, await _store.LastPositionAsync(_template.Account, Cancellation) - 1, 10, Cancellation));
        }
    }
}
