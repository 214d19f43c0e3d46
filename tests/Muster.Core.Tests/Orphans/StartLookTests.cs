using Microsoft.Extensions.Time.Testing;

using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Orphans;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;
using Muster.Simulation.Time;
using Muster.Storage.Memory;

namespace Muster.Core.Tests.Orphans;

public sealed class StartLookTests : IStartObserver
{
    private readonly SystemRandomSource _random = new();
    private readonly Weather _weather = new();
    private readonly MemoryStore _store = new(Some.Installation, TimeProvider.System);
    private readonly SimulatedCloud _cloud;
    private readonly OneCloud _clouds;
    private readonly List<string> _strangers = [];
    private readonly List<string> _unlooked = [];
    private readonly List<(AccountId Account, string Reason)> _held = [];
    private readonly SweepKey _sweep = new(Some.Account, "sim");

    public StartLookTests()
    {
        _cloud = new("sim", EngineBed.Traits, _weather, TimeProvider.System);
        _clouds = new(GovernedCloud.Over("sim", _cloud, TimeProvider.System));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_that_knows_everything_is_not_paused_whatever_was_in_flight_at_a_crash()
    {
        await AddGroupAsync();

        // Killed after the cloud made it and before the answer was written: the intent is in the ledger.
        var intent = Some.Launch(1, LaunchPhase.Intended);
        await WriteAsync(intent);
        _cloud.Place("web-1", Some.Instance(1, launch: intent.Id).Tags);

        Assert.Null(await LookAsync());
        Assert.Empty(_strangers);
    }

    [Fact]
    public async Task An_instance_whose_launch_the_store_does_not_know_pauses_the_installation_and_is_named()
    {
        await AddGroupAsync();
        var placed = _cloud.Place("web-1", Some.Instance(1).Tags);

        var pause = await LookAsync();

        Assert.Equal([$"sim/{placed.Id}"], pause!.Strangers);
        Assert.Equal(
            "the store does not know 1 instance at cloud 'sim' that this installation launched, web-1: "
            + "it was restored from an older backup, or lost",
            pause.Reason);
        Assert.Equal(["web-1"], _strangers);
    }

    [Fact]
    public async Task An_empty_store_beside_running_instances_is_paused()
    {
        for (var number = 1; number <= 9; number++)
        {
            _cloud.Place($"web-{number}", Some.Instance(number).Tags);
        }

        var pause = await LookAsync();

        Assert.Equal(9, pause!.Strangers.Length);
        Assert.Contains("web-1, web-2, web-3, web-4, web-5 and 4 more", pause.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_anothers_and_what_was_taken_over_or_deleted_by_the_book_pauses_nothing()
    {
        await AddGroupAsync();
        var tags = Some.Instance(1).Tags;
        _cloud.Place("another installation's", tags.SetItem(MusterTags.Installation, Guid.Empty.ToString()));
        _cloud.Place("taken over", tags.Remove(MusterTags.Launch));
        var kept = Some.Launch(2, LaunchPhase.Settled);
        await WriteAsync(kept);
        _cloud.Place("kept when its group was deleted", Some.Instance(2, launch: kept.Id).Tags);
        var group = (await _store.FindGroupAsync(Some.GroupId, Cancel))!.Group;
        await _store.UpdateGroupAsync(
            group with { Version = 2, Phase = GroupPhase.Archived, ArchivedAt = Some.Now }, Change(group), Cancel);

        Assert.Null(await LookAsync());
        var orphans = await new OrphanSearch(_store, TimeProvider.System).FindAsync(_clouds.Entries[0], null, Cancel);
        Assert.Equal(
            [("kept when its group was deleted", OrphanReason.GroupArchived, false), ("taken over", OrphanReason.GroupArchived, false)],
            orphans.Select(orphan => (orphan.Instance.Name, orphan.Reason, orphan.IsStranger)).OrderBy(orphan => orphan.Name));
    }

    [Fact]
    public async Task Those_that_somebody_saw_before_resuming_pause_nothing_again_and_new_ones_do()
    {
        _cloud.Place("web-1", Some.Instance(1).Tags);
        Assert.NotNull(await LookAsync());
        await _store.ChangePauseAsync(state => state.Resumed(), Cancel);

        Assert.Null(await LookAsync());
        var later = _cloud.Place("web-2", Some.Instance(2).Tags);
        Assert.Equal([$"sim/{later.Id}"], (await LookAsync())!.Strangers);
    }

    [Fact]
    public async Task A_cloud_that_cannot_be_looked_at_is_left_alone_until_it_was()
    {
        _weather.OnPage = () => new() { Refusal = new CloudException(CloudErrorKind.Unavailable, "down") };
        _cloud.Place("web-1", Some.Instance(1).Tags);
        using var look = new StartLook(_store, _clouds, TimeProvider.System, this);
        using var stop = new CancellationTokenSource();
        var running = look.RunAsync(stop.Token);

        Assert.Equal(
            "cloud 'sim' has not been looked at whole since the server started: nothing is done there before",
            await look.ObstacleAsync(_sweep, Cancel));
        Assert.Null(await look.ObstacleAsync(new(Some.Account, "another"), Cancel));
        Assert.Equal(["sim"], _unlooked.Distinct());
        _weather.OnPage = () => CallFate.Good;
        await running;

        Assert.Null(await look.ObstacleAsync(_sweep, Cancel));
        Assert.NotNull((await _store.ReadPauseAsync(Cancel)).Pause);
    }

    [Fact]
    public async Task What_nobody_foresaw_in_one_cloud_is_told_and_tried_again_and_the_others_go_on()
    {
        _weather.OnPage = () => throw new InvalidCastException("a plugin's odd answer");
        var good = new SimulatedCloud("good", EngineBed.Traits, new FairWeather(), TimeProvider.System);
        using var look = new StartLook(
            _store, new TwoClouds(_clouds.Entries[0], new("good", "simulated", Govern(good))), TimeProvider.System, this);
        var running = look.RunAsync(Cancel);

        Assert.NotNull(await look.ObstacleAsync(_sweep, Cancel));
        Assert.Null(await look.ObstacleAsync(new(Some.Account, "good"), Cancel));
        Assert.Equal(["sim"], _unlooked.Distinct());
        _weather.OnPage = () => CallFate.Good;
        await running;
        Assert.Null(await look.ObstacleAsync(_sweep, Cancel));
    }

    [Fact]
    public async Task A_store_that_fails_in_a_way_that_nobody_foresaw_is_asked_again()
    {
        var asked = 0;
        var odd = AskedStore.Before(_store, (name, _) =>
            name is nameof(IStore.ListSweepsAsync) && ++asked == 1
                ? throw new InvalidCastException("a driver's odd answer")
                : Task.CompletedTask);
        using var look = new StartLook(odd, _clouds, TimeProvider.System, this);
        await look.RunAsync(Cancel);

        Assert.Equal(["(the store)"], _unlooked);
        Assert.Null(await look.ObstacleAsync(_sweep, Cancel));
    }

    [Fact]
    public void A_cloud_that_hangs_holds_up_none_that_failed_once()
    {
        var loop = new SimulationLoop();
        _weather.OnPage = () => new() { Before = TimeSpan.FromHours(1) };
        var pages = 0;
        var failsOnce = new Weather
        {
            OnPage = () => ++pages == 1 ? new() { Refusal = new CloudException(CloudErrorKind.Unavailable, "down") } : CallFate.Good,
        };
        var hung = new SimulatedCloud("sim", EngineBed.Traits, _weather, loop.OutsideTime);
        var good = new SimulatedCloud("good", EngineBed.Traits, failsOnce, loop.OutsideTime);
        using var stop = new CancellationTokenSource();
        loop.Run(
            async () =>
            {
                using var look = new StartLook(
                    _store,
                    new TwoClouds(new("sim", "simulated", Govern(hung)), new("good", "simulated", Govern(good))),
                    loop.OutsideTime,
                    this);
                var running = look.RunAsync(stop.Token);

                // After the patience of a start: the cloud that hangs is in its second look, which lasts an hour.
                await Task.Delay(TimeSpan.FromSeconds(20), loop.OutsideTime);
                Assert.Equal(2, pages);
                Assert.Null(await look.ObstacleAsync(new(Some.Account, "good"), CancellationToken.None));
                Assert.NotNull(await look.ObstacleAsync(_sweep, CancellationToken.None));
                await StopAsync(running);
            },
            () => false);

        Task StopAsync(Task running)
        {
            stop.Cancel();
            return running;
        }
    }

    [Fact]
    public async Task Nobody_acts_before_the_look()
    {
        using var look = new StartLook(_store, _clouds, TimeProvider.System, this);
        var asked = look.ObstacleAsync(_sweep, Cancel);

        Assert.False(asked.IsCompleted);
        await look.RunAsync(Cancel);
        Assert.Null(await asked);
    }

    [Fact]
    public async Task A_paused_installation_looks_and_tells_and_does_nothing_until_it_is_resumed()
    {
        await AddGroupAsync(desired: 2);
        var reconciler = new Reconciler(
            _store, TimeProvider.System, _random, new RandomLaunchIdentities(_random), new ReconcilerOptions(), "one");
        await _store.ChangePauseAsync(state => state.Paused(new(Some.Now, "ann", "a backup is restored", [])), Cancel);

        var held = await CheckAsync();
        var kept = (await _store.FindGroupAsync(Some.GroupId, Cancel))!.State;
        var trail = (await _store.ListActivitiesAsync(Some.GroupId, new(10), Cancel)).Items;
        await _store.ChangePauseAsync(state => state.Resumed(), Cancel);
        var acted = await CheckAsync();

        Assert.Equal(CheckOutcome.Held, held.Outcome);
        Assert.Equal(
            (GroupCondition.Suspended,
                "2 wanted, 0 running: not done: launch 2: the installation is paused since 2030-05-17 12:00:00 UTC by ann: "
                + "'muster status' says why, and 'muster resume --all' ends it"),
            (kept.Condition, kept.Reason));
        Assert.Equal((ActivityType.Hold, kept.Reason), (trail[0].Type, trail[0].Description));
        Assert.Equal(0, kept.Launched.At(TimeProvider.System.GetUtcNow()));
        Assert.Equal(CheckOutcome.Acted, acted.Outcome);
        Assert.Equal(2, _weather.Launches);

        async Task<CheckReport> CheckAsync() => await reconciler.CheckAsync(
            (await _store.FindGroupAsync(Some.GroupId, Cancel))!, GroupClouds.Of(_clouds, Some.Account), CancellationToken.None, Cancel);
    }

    [Fact]
    public async Task A_check_that_acts_while_somebody_pauses_begins_nothing_new_after_its_lease_could_not_be_renewed()
    {
        await AddGroupAsync(desired: 5, inFlight: 1);
        var reconciler = new Reconciler(
            _store, TimeProvider.System, _random, new RandomLaunchIdentities(_random),
            new ReconcilerOptions { LeaseDuration = TimeSpan.FromSeconds(1.5) }, "one");
        _weather.OnLaunch = _ =>
        {
            if (_weather.Launches == 2)
            {
                _store.ChangePauseAsync(
                    state => state.Paused(new(Some.Now, "ann", "stop", [])), CancellationToken.None).GetAwaiter().GetResult();
                return new() { Before = TimeSpan.FromSeconds(1) };
            }

            return CallFate.Good;
        };

        await reconciler.CheckAsync(
            (await _store.FindGroupAsync(Some.GroupId, Cancel))!, GroupClouds.Of(_clouds, Some.Account), CancellationToken.None, Cancel);

        var record = (await _store.FindGroupAsync(Some.GroupId, Cancel))!;
        Assert.Equal(2, _weather.Launches);
        Assert.Equal(2, record.OpenLaunches.Count(launch => launch.Phase is LaunchPhase.Accepted));
    }

    [Fact]
    public async Task A_stranger_that_an_accounts_own_credential_shows_holds_back_that_account_alone_until_it_is_known()
    {
        await AddGroupAsync();
        _cloud.Place("web-1", Some.Instance(1).Tags);
        var timeProvider = new FakeTimeProvider(Some.Now);
        using var look = new StartLook(_store, new OneCloud(_clouds.Entries[0].Cloud, Some.Account), timeProvider, this);
        var running = look.RunAsync(Cancel);

        var obstacle = await look.ObstacleAsync(_sweep, Cancel);
        Assert.StartsWith(
            "the store does not know 1 instance at cloud 'sim' that this installation launched, web-1", obstacle, StringComparison.Ordinal);
        Assert.Null(await look.ObstacleAsync(new(new(Guid.AllBitsSet), "sim"), Cancel));
        Assert.Null((await _store.ReadPauseAsync(Cancel)).Pause);
        Assert.Equal([(Some.Account, obstacle!)], _held);

        await _store.ChangePauseAsync(state => state.Resumed(), Cancel);
        await UntilDoneAsync(timeProvider, running);
        Assert.Null(await look.ObstacleAsync(_sweep, Cancel));
        Assert.Single(_held);
        Assert.Equal(["web-1"], _strangers);
    }

    [Fact]
    public async Task An_account_that_is_held_back_goes_on_when_the_stranger_is_gone()
    {
        await AddGroupAsync();
        var placed = _cloud.Place("web-1", Some.Instance(1).Tags);
        var timeProvider = new FakeTimeProvider(Some.Now);
        using var look = new StartLook(_store, new OneCloud(_clouds.Entries[0].Cloud, Some.Account), timeProvider, this);
        var running = look.RunAsync(Cancel);
        Assert.NotNull(await look.ObstacleAsync(_sweep, Cancel));

        await _cloud.TerminateAsync(placed.Id, Cancel);
        await UntilDoneAsync(timeProvider, running);
        Assert.Null(await look.ObstacleAsync(_sweep, Cancel));
    }

    void IStartObserver.OnHeld(string cloud, AccountId account, string reason) => _held.Add((account, reason));

    void IStartObserver.OnPaused(InstallationPause pause)
    {
    }

    void IStartObserver.OnStranger(Orphan stranger) => _strangers.Add(stranger.Instance.Name);

    void IStartObserver.OnCouldNotLook(string cloud, Exception error, TimeSpan retryIn) => _unlooked.Add(cloud);

    private static async Task UntilDoneAsync(FakeTimeProvider timeProvider, Task running)
    {
        for (var step = 0; step < 1000 && !running.IsCompleted; step++)
        {
            timeProvider.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancel);
        }

        Assert.True(running.IsCompleted, "the account is still held back after 1000 s");
        await running;
    }

    private async Task<InstallationPause?> LookAsync()
    {
        using var look = new StartLook(_store, _clouds, TimeProvider.System, this);
        await look.RunAsync(Cancel);
        return (await _store.ReadPauseAsync(Cancel)).Pause;
    }

    private async Task AddGroupAsync(int desired = 1, int inFlight = 10)
    {
        await _store.EnsureAccountAsync(new() { Id = Some.Account, Name = "default", CreatedAt = Some.Now }, Cancel);
        await _store.AddTemplateAsync(Some.Template(), Cancel);
        var group = Some.Group(desired) with { Brakes = new() { LaunchesInFlightMax = inFlight } };
        await _store.AddGroupAsync(group, Change(group), Cancel);
    }

    private async Task WriteAsync(Launch launch)
    {
        var record = (await _store.FindGroupAsync(Some.GroupId, Cancel))!;
        var lease = await _store.TryAcquireLeaseAsync(
            Some.GroupId, "dead", record.State.Fence, Some.Now, TimeSpan.FromSeconds(30), Cancel);
        await _store.RecordAndReleaseAsync(lease!, new() { State = record.State, Launches = [launch], Activities = [] }, Cancel);
    }

    private Activity Change(Group group) => ActivityWriter.Make(
        group, _random, ActivityType.Change, ActivityStatus.Succeeded, "changed", Some.Now);

    private static GovernedCloud Govern(SimulatedCloud simulated) => GovernedCloud.Over("any", simulated, TimeProvider.System);

    private sealed class TwoClouds(params CloudEntry[] entries) : ICloudDirectory
    {
        public IReadOnlyList<CloudEntry> Entries { get; } = entries;

        public CloudEntry? Find(AccountId account, string name) => Entries.FirstOrDefault(entry => entry.Name == name);
    }

    private sealed class OneCloud(GovernedCloud cloud, AccountId? account = null) : ICloudDirectory
    {
        public IReadOnlyList<CloudEntry> Entries { get; } = [new("sim", "simulated", cloud, account)];

        public CloudEntry? Find(AccountId account, string name) => name == "sim" ? Entries[0] : null;
    }
}
