using System.Globalization;

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

/// <summary>A real PostgreSQL that is killed or stopped while many write, and comes back.</summary>
public sealed class DatabaseCrashTests
{
    private const int Writers = 6;
    private readonly Some _a = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Start => Some.Start;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_acknowledged_outlives_the_end_of_the_database_and_nothing_is_there_twice(bool isKilled)
    {
        await using var server = await PostgresServer.StartAsync(new() { IsDurable = true }, Cancellation);
        var database = await server.CreateDatabaseAsync(template: null, Cancellation);
        await using var store = await PostgresStore.OpenAsync(
            TestDatabases.Options(server.SocketUrl(database)), TestDatabases.Random, TimeProvider.System, Cancellation);
        var groups = await AddGroupsAsync(store);
        var acknowledged = new Acknowledgements();
        using var enough = new CancellationTokenSource();
        var writing = Task.WhenAll(
            groups.Select(group => Task.Run(() => WriteAsync(store, group, acknowledged, enough.Token), Cancellation)));

        for (var round = 1; round <= 2; round++)
        {
            await acknowledged.ReachAsync(40 * round, writing);
            await (isKilled ? server.KillAsync(Cancellation) : server.StopAsync(Cancellation));
            await server.StartAsync(Cancellation);
        }

        await acknowledged.ReachAsync(120, writing);
        await enough.CancelAsync();
        await writing;

        foreach (var group in groups)
        {
            // It went on by itself: no call failed, so everything was acknowledged, and in order.
            var trail = (await store.ListActivitiesAsync(group.Id, new PageRequest(PageRequest.LimitMax), Cancellation)).Items;
            var expected = acknowledged.Of(group.Id)
                .Select(number => number.ToString(CultureInfo.InvariantCulture))
                .Prepend("created")
                .Reverse();
            Assert.Equal(expected, trail.Select(activity => activity.Description));
            Assert.Equal(acknowledged.Of(group.Id).Count, (await store.FindGroupAsync(group.Id, Cancellation))!.OpenLaunches.Length);
        }
    }

    private async Task<Group[]> AddGroupsAsync(PostgresStore store)
    {
        var owner = await store.EnsureAccountAsync(_a.Account(Account.DefaultName), Cancellation);
        var template = _a.Template(owner.Id);
        await store.AddTemplateAsync(template, Cancellation);
        var groups = Enumerable.Range(0, Writers).Select(_ => _a.Group(template)).ToArray();
        foreach (var group in groups)
        {
            await store.AddGroupAsync(group, _a.Activity(group, ActivityType.Change, "created"), Cancellation);
        }

        return groups;
    }

    private async Task WriteAsync(PostgresStore store, Group group, Acknowledgements acknowledged, CancellationToken enough)
    {
        var lease = (await store.TryAcquireLeaseAsync(group.Id, "server-1", 0, Start, TimeSpan.FromHours(1), Cancellation))!;
        for (var number = 1; !enough.IsCancellationRequested; number++)
        {
            var activity = _a.Activity(group, description: number.ToString(CultureInfo.InvariantCulture));
            await store.RecordAsync(lease, Some.Check(group.Id, Start, activity) with { Launches = [_a.Launch(group)] }, Cancellation);
            acknowledged.Add(group.Id, number);
        }
    }
}
