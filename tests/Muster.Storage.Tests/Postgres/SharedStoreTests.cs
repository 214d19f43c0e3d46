using System.Collections.Concurrent;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Postgres.Testing;
using Muster.Storage.Postgres;

namespace Muster.Storage.Tests.Postgres;

/// <summary>Several servers on one database.</summary>
public sealed class SharedStoreTests : IAsyncLifetime
{
    private const int Stores = 3;
    private const int GroupsEach = 4;
    private const int RecordsEach = 15;
    private readonly Some _a = new();
    private readonly List<PostgresStore> _stores = [];
    private string _database = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Start => Some.Start;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabases.CreateAsync(Cancellation);
        for (var i = 0; i < Stores; i++)
        {
            _stores.Add(await TestDatabases.OpenAsync(_database, Cancellation));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task What_many_servers_write_is_all_there_once_and_no_reader_misses_any(int accounts)
    {
        var owners = new List<Account>();
        for (var i = 0; i < accounts; i++)
        {
            owners.Add(await _stores[0].EnsureAccountAsync(_a.Account(), Cancellation));
        }

        var written = new ConcurrentBag<ActivityId>();
        var writing = Task.WhenAll(
            _stores.SelectMany(store => owners.Select(owner => Task.Run(() => WriteAsync(store, owner, written), Cancellation))));
        var read = await Task.WhenAll(owners.Select(owner => Task.Run(() => FollowAsync(_stores[^1], owner, writing), Cancellation)));

        await writing;
        Assert.Equal(Stores * accounts * GroupsEach * (RecordsEach + 1), written.Count);
        Assert.Equal(written.ToHashSet(), read.SelectMany(each => each).Select(activity => activity.Id).ToHashSet());
        Assert.All(read, each =>
            Assert.Equal(each.Select(activity => activity.Position).Distinct().Order(), each.Select(activity => activity.Position)));
    }

    [Fact]
    public async Task Of_many_servers_that_want_a_lease_exactly_one_gets_it()
    {
        var owner = await _stores[0].EnsureAccountAsync(_a.Account(), Cancellation);
        var group = await AddGroupAsync(_stores[0], owner, []);
        for (var fence = 0; fence < 10; fence++)
        {
            var now = Start.AddHours(fence);
            var granted = await Task.WhenAll(_stores.SelectMany(store => Enumerable.Range(0, 5).Select(i => Task.Run(
                () => store.TryAcquireLeaseAsync(group.Id, $"server-{i}", fence, now, TimeSpan.FromMinutes(1), Cancellation),
                Cancellation))));

            Assert.Equal(fence + 1, Assert.Single(granted, lease => lease is not null)!.Fence);
        }
    }

    [Fact]
    public async Task A_template_is_never_archived_under_a_group_that_is_being_made_from_it()
    {
        var owner = await _stores[0].EnsureAccountAsync(_a.Account(), Cancellation);
        for (var i = 0; i < 10; i++)
        {
            var template = _a.Template(owner.Id);
            await _stores[0].AddTemplateAsync(template, Cancellation);
            var group = _a.Group(template);

            var archived = Task.Run(() => _stores[1].ArchiveTemplateAsync(template.Id, Start, Cancellation), Cancellation);
            var added = Task.Run(() => _stores[2].AddGroupAsync(group, _a.Activity(group), Cancellation), Cancellation);
            var refused = await Task.WhenAll(RefusedAsync(archived), RefusedAsync(added));

            Assert.Single(refused, kind => kind is not null);
            Assert.Equal(refused[0] is null ? StoreErrorKind.NotFound : StoreErrorKind.InUse, refused.Single(kind => kind is not null));
        }
    }

    [Fact]
    public async Task Ten_thousand_groups_are_recorded_in_three_statements_and_two_round_trips()
    {
        var server = await TestDatabases.ServerAsync();
        await using var proxy = new TcpProxy(server.Port);
        proxy.Start();
        var options = TestDatabases.Options(proxy.Url(_database));
        options.Password = server.Password;
        await using var store = await PostgresStore.OpenAsync(options, TestDatabases.Random, TimeProvider.System, Cancellation);
        var owner = await store.EnsureAccountAsync(_a.Account(), Cancellation);
        var template = _a.Template(owner.Id);
        await store.AddTemplateAsync(template, Cancellation);
        var groups = Enumerable.Range(0, 10_000).Select(_ => _a.Group(template)).ToArray();
        await Task.WhenAll(groups.Select(group => store.AddGroupAsync(group, _a.Activity(group), Cancellation)));
        var lease = (await store.TryAcquireSweepAsync(new(owner.Id, "local"), "a", 0, Start, TimeSpan.FromMinutes(1), Cancellation))!;

        for (var round = 1; round <= 3; round++)
        {
            proxy.Tally.Reset();
            var at = Start.AddMinutes(round);

            var kept = await store.RecordIdleAsync(
                [.. groups.Select(group => Some.Check(group.Id, at, _a.NoOp(group, at)))], lease, Cancellation);

            Assert.Equal(10_000, kept.Length);
            Assert.All(kept, activity => Assert.Equal(round, activity.Count));

            // BEGIN and COMMIT travel with the three.
            Assert.Equal((3 + 2, 2), (proxy.Tally.Statements, proxy.Tally.RoundTrips));
        }

        proxy.Tally.Reset();
        Assert.Equal(10_000, (await store.LoadSweepAsync(lease.Sweep, Cancellation)).Length);
        Assert.Equal((3 + 2, 1), (proxy.Tally.Statements, proxy.Tally.RoundTrips));
    }

    private static async Task<StoreErrorKind?> RefusedAsync(Task call)
    {
        try
        {
            await call;
            return null;
        }
        catch (StoreException error)
        {
            return error.Kind;
        }
    }

    private async Task<Group> AddGroupAsync(PostgresStore store, Account owner, ConcurrentBag<ActivityId> written)
    {
        var template = _a.Template(owner.Id);
        await store.AddTemplateAsync(template, Cancellation);
        var group = _a.Group(template);
        var created = _a.Activity(group, ActivityType.Change, "created");
        await store.AddGroupAsync(group, created, Cancellation);
        written.Add(created.Id);
        return group;
    }

    private async Task WriteAsync(PostgresStore store, Account owner, ConcurrentBag<ActivityId> written) =>
        await Task.WhenAll(Enumerable.Range(0, GroupsEach).Select(async _ =>
        {
            var group = await AddGroupAsync(store, owner, written);
            var lease = (await store.TryAcquireLeaseAsync(group.Id, "server", 0, Start, TimeSpan.FromMinutes(1), Cancellation))!;
            for (var i = 0; i < RecordsEach; i++)
            {
                var activity = _a.Activity(group);
                await store.RecordAsync(lease, Some.Check(group.Id, Start, activity) with { Launches = [_a.Launch(group)] }, Cancellation);
                written.Add(activity.Id);
            }
        }));

    /// <summary>Reads on from where it stopped until nothing more can come.</summary>
    private static async Task<List<Activity>> FollowAsync(PostgresStore store, Account owner, Task writing)
    {
        var read = new List<Activity>();
        bool done;
        do
        {
            // Asked before the read: what is written after the last read would otherwise be missed by the test itself.
            done = writing.IsCompleted;
            var news = await store.ReadActivitiesAsync(owner.Id, read.Count == 0 ? 0 : read[^1].Position, 7, Cancellation);
            read.AddRange(news);
            done &= news.IsEmpty;
        }
        while (!done);

        return read;
    }
}
