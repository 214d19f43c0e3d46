using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;
using Muster.Simulation.Time;
using Muster.Storage.Memory;

namespace Muster.Core.Tests.Reconciling;

/// <summary>What is left of a check that something stopped between its words and its calls.</summary>
public sealed class LevelCheckTests
{
    private readonly SimulationLoop _loop = new();
    private readonly SeededRandom _random = new(1, "level check");
    private readonly Weather _weather = new();
    private readonly MemoryStore _store = new(Some.Installation, TimeProvider.System);

    private DateTimeOffset Now => _loop.OutsideTime.GetUtcNow();

    [Fact]
    public void A_launch_that_was_written_down_and_never_called_is_not_spent() => _loop.Run(
        async () =>
        {
            await AddGroupAsync(desired: 1);

            // The intent takes so long to be written that the lease, which cannot be renewed, is not to be trusted any more.
            var slow = AskedStore.Before(_store, async (name, arguments) =>
            {
                if (name is nameof(IStore.RenewLeaseAsync))
                {
                    throw new StoreException(StoreErrorKind.Paused, "paused");
                }

                if (arguments.OfType<CheckRecord>().Any(record => record.Launches.Any(launch => launch.Phase is LaunchPhase.Intended)))
                {
                    await Task.Delay(TimeSpan.FromSeconds(25), _loop.OutsideTime);
                }
            });
            await CheckAsync(slow);

            var after = await FoundAsync();
            Assert.Equal(0, _weather.Launches);
            Assert.Empty(after.OpenLaunches);
            Assert.Equal(0, after.State.Launched.At(Now));
        },
        () => false);

    [Fact]
    public void What_was_to_end_lives_and_counts_when_the_store_loses_the_first_answer() => _loop.Run(
        async () =>
        {
            await AddGroupAsync(desired: 2);
            var placed = Enumerable.Range(1, 5).Select(number => Cloud.Place($"web-{number}", Some.Instance(number).Tags)).ToList();
            var writes = 0;
            var hiccup = AskedStore.Before(_store, async (name, arguments) =>
            {
                if (name is nameof(IStore.RecordAsync) && ++writes == 1)
                {
                    await _store.RecordAsync((GroupLease)arguments[0]!, (CheckRecord)arguments[1]!, CancellationToken.None);
                    throw new StoreException(StoreErrorKind.Ambiguous, "the connection to the store broke");
                }
            });

            await Assert.ThrowsAsync<StoreException>(() => CheckAsync(hiccup));

            var after = await FoundAsync();
            Assert.Empty(_weather.Terminations);
            Assert.Empty(after.State.RecentTerminations);
            Assert.Equal(0, after.State.Terminated.At(Now));
            Assert.NotNull(await _store.TryAcquireLeaseAsync(
                Some.GroupId, "next", after.State.Fence, Now, TimeSpan.FromSeconds(30), CancellationToken.None));
        },
        () => false);

    [Fact]
    public void What_the_first_look_showed_is_written_when_the_store_fails_once() => _loop.Run(
        async () =>
        {
            await AddGroupAsync(desired: 1);
            var lease = await _store.TryAcquireLeaseAsync(Some.GroupId, "before", 0, Now, TimeSpan.FromSeconds(30), CancellationToken.None);
            var launch = Some.Launch(1) with { CreatedAt = Now, UpdatedAt = Now };
            await _store.RecordAndReleaseAsync(
                lease!, new() { State = new() { Group = Some.GroupId }, Launches = [launch] }, CancellationToken.None);
            Cloud.Turn(Cloud.Place("web-1", Some.Instance(1, launch: launch.Id).Tags), new LifeEvent(TimeSpan.Zero, InstanceState.Failed));
            var writes = 0;
            var hiccup = AskedStore.Before(_store, (name, _) => name is nameof(IStore.RecordAsync) && ++writes == 1
                ? throw new StoreException(StoreErrorKind.Unavailable, "the store cannot be reached")
                : Task.CompletedTask);

            await Assert.ThrowsAsync<StoreException>(() => CheckAsync(hiccup));

            var after = await FoundAsync();
            Assert.Empty(after.OpenLaunches);
            Assert.Equal(1, after.State.Placed().Breaker.FailuresInRow);
            Assert.Single((await _store.ListActivitiesAsync(Some.GroupId, new(100), CancellationToken.None)).Items, activity =>
                activity is { Type: ActivityType.Launch, Status: ActivityStatus.Failed });
        },
        () => false);

    [Fact]
    public void An_answer_with_a_dead_instance_is_counted_at_once_and_what_is_left_of_it_is_removed_before_the_group_ends() => _loop.Run(
        async () =>
        {
            await AddGroupAsync(desired: 1);
            _weather.Lives = [new(TimeSpan.Zero, InstanceState.Failed)];

            // The listing lags: the look that follows the deletion does not show the instance yet.
            _lag = TimeSpan.FromSeconds(10);
            await CheckAsync(_store);
            var dead = await FoundAsync();
            Assert.Equal((LaunchPhase.Accepted, true), (Assert.Single(dead.OpenLaunches).Phase, dead.OpenLaunches[0].IsBornDead));
            Assert.Equal(1, dead.State.Placed().Breaker.FailuresInRow);
            Assert.Equal(0, dead.State.Counts.Pending);

            await _store.UpdateGroupAsync(
                dead.Group with { Version = 2, Phase = GroupPhase.Draining, Capacity = new() { Desired = 0, Min = 0, Max = 10 } },
                Told("deleted"),
                CancellationToken.None);
            _weather.OnPage = () => new() { Lag = _lag };
            await CheckAsync(_store);
            Assert.Equal(GroupPhase.Draining, (await FoundAsync()).Group.Phase);

            await Task.Delay(_lag + TimeSpan.FromSeconds(1), _loop.OutsideTime);
            _weather.OnPage = () => CallFate.Good;
            await CheckAsync(_store);
            var closed = await FoundAsync();
            Assert.Empty(closed.OpenLaunches);
            Assert.Equal(1, closed.State.Placed().Breaker.FailuresInRow);
            Assert.Single(_weather.Terminations);
            await Task.Delay(TimeSpan.FromMinutes(1), _loop.OutsideTime);
            await CheckAsync(_store);
            await CheckAsync(_store);
            Assert.Equal(GroupPhase.Archived, (await FoundAsync()).Group.Phase);
        },
        () => false);

    private TimeSpan _lag;
    private SimulatedCloud? _cloud;

    private SimulatedCloud Cloud => _cloud ??= new("sim", EngineBed.Traits with { ListingLagMax = _lag }, _weather, _loop.OutsideTime);

    private async Task CheckAsync(IStore through)
    {
        var governed = GovernedCloud.Over("sim", Cloud, _loop.OutsideTime);
        var reconciler = new Reconciler(
            through, _loop.OutsideTime, _random, new RandomLaunchIdentities(_random), new ReconcilerOptions(), "only");
        await reconciler.CheckAsync(await FoundAsync(), GroupClouds.Of("sim", governed), CancellationToken.None, CancellationToken.None);
    }

    private async Task<GroupRecord> FoundAsync() => (await _store.FindGroupAsync(Some.GroupId, CancellationToken.None))!;

    private async Task AddGroupAsync(int desired)
    {
        await _store.EnsureAccountAsync(new() { Id = Some.Account, Name = "default", CreatedAt = Some.Now }, CancellationToken.None);
        await _store.AddTemplateAsync(Some.Template(), CancellationToken.None);
        await _store.AddGroupAsync(Some.Group(desired) with { UpdatedAt = Now }, Told("created"), CancellationToken.None);
    }

    private Activity Told(string what) =>
        ActivityWriter.Make(Some.Group(1), _random, ActivityType.Change, ActivityStatus.Succeeded, what, Now);
}
