using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Nomad.Jobs;
using Muster.Nomad.Reconciling;
using Muster.Nomad.Tests.Support;
using Muster.Storage.Memory;

namespace Muster.Nomad.Tests.Reconciling;

public sealed class ObstacleTrailTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _timeProvider = new(new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero));
    private readonly JobLimits _limits = new();
    private readonly ActivityFeed _feed = new();
    private readonly Dictionary<GroupId, Obstacle> _ofJobs = [];
    private Obstacle? _ofNomad;
    private int _servers;
    private MemoryStore _store = null!;
    private ObstacleTrail _trail = null!;
    private CheckedGroup[] _groups = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await SomeGroups.StoreAsync(3, _timeProvider);
        _groups = [.. Enumerable.Range(1, 3)
            .Select(i => new CheckedGroup(SomeGroups.Group(i).Account, SomeGroups.Id(i), JobKey.Of(SomeGroups.Id(i))))];
        _trail = NewTrail();
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task An_obstacle_of_all_is_one_activity_of_each_group_when_it_begins_and_one_when_it_ends()
    {
        _limits.ActivitiesAtOnceMax = 2;
        _ofNomad = new(ObstacleKind.Unreachable, "Nomad unreachable: no route", _timeProvider.GetUtcNow());
        _timeProvider.Advance(TimeSpan.FromMinutes(2));
        await WriteAsync(times: 3);
        _ofNomad = _ofNomad with { Text = "Nomad unreachable: other words" };
        await WriteAsync();
        _timeProvider.Advance(TimeSpan.FromMinutes(10));
        _ofNomad = null;
        await WriteAsync(times: 3);

        foreach (var group in _groups)
        {
            Assert.Equal(
                ["change Succeeded: Nomad is reached again, after 12m", "error Failed: Nomad unreachable: no route"],
                await TrailOfAsync(group.Group));
        }

        Assert.Equal(4, _feed.Told);
    }

    [Fact]
    public async Task What_is_over_within_a_minute_is_no_news()
    {
        _ofNomad = new(ObstacleKind.Unreachable, "Nomad unreachable: an election", _timeProvider.GetUtcNow());
        _timeProvider.Advance(_limits.TroubleMin - TimeSpan.FromSeconds(1));
        await WriteAsync();
        _ofNomad = null;
        await WriteAsync();

        Assert.Empty(await TrailOfAsync(SomeGroups.Id(1)));
    }

    [Fact]
    public async Task A_groups_own_obstacle_is_told_to_it_alone_and_lasts_while_nothing_is_known_of_it()
    {
        _ofJobs[SomeGroups.Id(2)] = new(
            ObstacleKind.NoClient, "no Nomad client can run its checks: of 1 clients, 1 full", _timeProvider.GetUtcNow());
        await WriteAsync(times: 2);
        _ofNomad = new(ObstacleKind.TokenRefused, "Nomad refuses the token: 403", _timeProvider.GetUtcNow());
        _timeProvider.Advance(TimeSpan.FromMinutes(5));
        _ofJobs.Clear();
        await WriteAsync();
        _ofNomad = null;
        await WriteAsync(times: 2);

        Assert.Equal(
            [
                "change Succeeded: a Nomad client runs its checks again, after 5m",
                "change Succeeded: Nomad takes the token again, after 5m",
                "error Failed: Nomad refuses the token: 403",
                "error Failed: no Nomad client can run its checks: of 1 clients, 1 full",
            ],
            await TrailOfAsync(SomeGroups.Id(2)));
        Assert.Equal(2, (await TrailOfAsync(SomeGroups.Id(1))).Length);
    }

    [Fact]
    public async Task A_server_that_takes_over_while_an_obstacle_lasts_adds_no_second_beginning()
    {
        _ofNomad = new(ObstacleKind.Unreachable, "Nomad unreachable: no route", _timeProvider.GetUtcNow());
        _timeProvider.Advance(TimeSpan.FromMinutes(2));
        await WriteAsync();
        _trail = NewTrail();
        await WriteAsync();

        Assert.Equal(["error Failed: Nomad unreachable: no route"], await TrailOfAsync(SomeGroups.Id(1)));
    }

    [Fact]
    public async Task A_group_that_is_deleted_meanwhile_is_forgotten()
    {
        _ofNomad = new(ObstacleKind.Unreachable, "Nomad unreachable: no route", _timeProvider.GetUtcNow());
        _timeProvider.Advance(TimeSpan.FromMinutes(2));
        await WriteAsync();
        await SomeGroups.ChangeAsync(
            _store, SomeGroups.Id(1), group => group with { Phase = GroupPhase.Archived, ArchivedAt = _timeProvider.GetUtcNow() });
        _groups = _groups[1..];
        _ofNomad = null;
        await WriteAsync();

        Assert.Equal(["error Failed: Nomad unreachable: no route"], await TrailOfAsync(SomeGroups.Id(1)));
        Assert.Equal(2, (await TrailOfAsync(SomeGroups.Id(2))).Length);
    }

    private ObstacleTrail NewTrail() => new(_store, _feed, _limits, _timeProvider, new SeededRandom(++_servers));

    private async Task WriteAsync(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            await _trail.WriteAsync(_groups, _ofNomad, group => _ofJobs.GetValueOrDefault(group.Group), Cancel);
        }
    }

    private async Task<string[]> TrailOfAsync(GroupId group) =>
    [
        .. (await _store.ListActivitiesAsync(group, new PageRequest(100), Cancel)).Items
            .Where(activity => activity.Description != "for a test")
            .Select(activity => $"{(activity.Type is ActivityType.Change ? "change" : "error")} {activity.Status}: {activity.Description}"),
    ];
}
