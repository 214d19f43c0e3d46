using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
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

public sealed class SweepCheckTests
{
    private static readonly SweepKey Sweep = new(Some.Account, "sim");

    private readonly SimulationLoop _loop = new();
    private readonly SeededRandom _random = new(1, "sweep");
    private readonly Weather _weather = new();
    private readonly MemoryStore _store;
    private readonly SimulatedCloud _cloud;
    private readonly GovernedCloud _governed;
    private readonly List<string> _calls = [];
    private Func<string, object?[], bool> _fails = (_, _) => false;
    private int _pages;

    public SweepCheckTests()
    {
        _store = new(Some.Installation, _loop.OutsideTime);
        _cloud = new("sim", EngineBed.Traits, _weather, _loop.OutsideTime);
        _governed = GovernedCloud.Over("sim", _cloud, _loop.OutsideTime);
        _weather.OnPage = () =>
        {
            _pages++;
            return CallFate.Good;
        };
    }

    private int AliveCount => _cloud.Instances.Count(instance => instance.IsLiveAt(_loop.OutsideTime.GetUtcNow()));

    [Fact]
    public void One_listing_serves_every_group_and_what_is_idle_is_recorded_together() => Run(async () =>
    {
        var groups = await AddAsync(0, 0, 0, 0, 0);

        var swept = await CheckAsync();

        Assert.Equal(1, _pages);
        Assert.Equal([nameof(ICheckStore.RecordIdleAsync)], _calls);
        Assert.Equal(groups.Order(), swept.Select(group => group.Group.Value).Order());
        Assert.All(swept, group => Assert.Equal((CheckOutcome.Idle, null), (group.Report!.Outcome, group.Failure)));
        Assert.All(await LoadAsync(), record => Assert.Equal(GroupCondition.Healthy, record.State.Condition));
    });

    [Fact]
    public void Those_that_are_not_at_their_level_are_brought_there_beside_those_that_are() => Run(async () =>
    {
        await AddAsync(0, 3, 0, 2);

        var swept = await CheckAsync();

        Assert.Equal(
            [CheckOutcome.Idle, CheckOutcome.Acted, CheckOutcome.Idle, CheckOutcome.Acted],
            swept.OrderBy(group => group.Group.Value).Select(group => group.Report!.Outcome));
        Assert.Equal(5, AliveCount);
        Assert.Equal(1, _pages);
        Assert.Single(_calls, nameof(ICheckStore.RecordIdleAsync));
        Assert.Equal(2, _calls.Count(call => call == nameof(ICheckStore.TryAcquireLeaseAsync)));
    });

    [Fact]
    public void Those_that_wait_to_act_share_the_look_and_another_one_when_it_is_old() => Run(async () =>
    {
        _weather.OnLaunch = _ => new() { Before = TimeSpan.FromSeconds(20) };
        await AddAsync([.. Enumerable.Repeat(1, 4 * SweepCheck.ActingMax)]);

        await CheckAsync();

        Assert.Equal(4 * SweepCheck.ActingMax, AliveCount);
        Assert.Equal(2, _pages);
    });

    [Fact]
    public void More_than_may_act_at_once_all_come_to_act() => Run(async () =>
    {
        await AddAsync([.. Enumerable.Repeat(1, (2 * SweepCheck.ActingMax) + 3)]);

        var swept = await CheckAsync();

        Assert.All(swept, group => Assert.Equal(CheckOutcome.Acted, group.Report!.Outcome));
        Assert.Equal(swept.Length, AliveCount);

        // Those that had to wait go by the same look while it is young, or 5,000 groups would list 5,000 times.
        Assert.Equal(1, _pages);
    });

    [Fact]
    public void A_group_whose_writes_fail_does_not_keep_the_others_from_their_level() => Run(async () =>
    {
        var groups = await AddAsync(2, 2, 0);
        _fails = (method, arguments) => method == nameof(ICheckStore.TryAcquireLeaseAsync) && ((GroupId)arguments[0]!).Value == groups[0];

        var swept = (await CheckAsync()).OrderBy(group => group.Group.Value).ToList();

        Assert.Null(swept[0].Report);
        Assert.Equal(StoreErrorKind.Unavailable, swept[0].Failure!.Kind);
        Assert.Equal([CheckOutcome.Acted, CheckOutcome.Idle], swept.Skip(1).Select(group => group.Report!.Outcome));
        Assert.Equal(2, AliveCount);
    });

    [Fact]
    public void A_fault_in_the_check_of_one_group_takes_nobody_elses_turn_and_is_thrown_in_the_end() => Run(async () =>
    {
        var groups = await AddAsync([.. Enumerable.Repeat(1, 2 * SweepCheck.ActingMax)]);
        _fails = (method, arguments) => method == nameof(ICheckStore.TryAcquireLeaseAsync) && ((GroupId)arguments[0]!).Value == groups[0]
            ? throw new InvalidOperationException("a fault")
            : false;

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => CheckAsync());

        Assert.Equal("a fault", error.Message);
        Assert.Equal(groups.Length - 1, AliveCount);
    });

    [Fact]
    public void A_group_that_cannot_be_assessed_keeps_no_other_from_its_level_and_its_fault_is_thrown_in_the_end() => Run(async () =>
    {
        await AddAsync(1, 2, 0);
        var read = await LoadAsync();

        // No store reads such a record: it stands for whatever a group may bring out.
        var broken = read[0] with { OpenLaunches = default };

        await Assert.ThrowsAsync<NullReferenceException>(() => CheckAsync([broken, .. read.Skip(1)]));

        Assert.Equal(read.Skip(1).Sum(record => record.Group.Capacity.Desired), AliveCount);
        Assert.All((await LoadAsync()).Skip(1), record => Assert.NotNull(record.State.CheckedAt));
    });

    [Fact]
    public void When_the_idle_ones_cannot_be_recorded_what_acts_is_seen_to_its_end() => Run(async () =>
    {
        await AddAsync(2, 0);
        _fails = (method, _) => method == nameof(ICheckStore.RecordIdleAsync);

        var error = await Assert.ThrowsAsync<StoreException>(() => CheckAsync());

        Assert.Equal(StoreErrorKind.Unavailable, error.Kind);
        Assert.Equal(2, AliveCount);
        var acted = (await LoadAsync())[0];
        Assert.All(acted.OpenLaunches, launch => Assert.NotEqual(LaunchPhase.Intended, launch.Phase));
        Assert.NotNull(await _store.TryAcquireLeaseAsync(
            acted.Group.Id, "next", acted.State.Fence, _loop.OutsideTime.GetUtcNow(), TimeSpan.FromSeconds(30), CancellationToken.None));
    });

    [Fact]
    public void A_listing_that_fails_leaves_every_group_degraded_and_nothing_is_done() => Run(async () =>
    {
        await AddAsync(2, 0, 1);
        _weather.OnPage = () => new() { Refusal = new(CloudErrorKind.Unavailable, "the cloud is away") };

        var swept = await CheckAsync();

        Assert.All(swept, group => Assert.Equal(CheckOutcome.Failed, group.Report!.Outcome));
        Assert.Equal([nameof(ICheckStore.RecordIdleAsync)], _calls);
        Assert.Equal(0, _weather.Launches);
        Assert.All(await LoadAsync(), record =>
        {
            Assert.Equal(GroupCondition.Degraded, record.State.Condition);
            Assert.Contains("the cloud is away", record.State.Reason, StringComparison.Ordinal);
            Assert.Equal(0, record.State.Fence);
        });
    });

    [Fact]
    public void Whoever_is_stopping_launches_nothing() => Run(async () =>
    {
        await AddAsync(2, 0);
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();

        await CheckAsync(stopping: stopping.Token);

        Assert.Equal(0, _weather.Launches);
        Assert.All(await LoadAsync(), record => Assert.Empty(record.OpenLaunches));
    });

    [Fact]
    public void A_group_that_somebody_acted_at_since_it_was_read_is_left_to_them() => Run(async () =>
    {
        await AddAsync(2, 0);
        var read = await LoadAsync();
        foreach (var record in read)
        {
            Assert.NotNull(await _store.TryAcquireLeaseAsync(
                record.Group.Id, "another", 0, _loop.OutsideTime.GetUtcNow(), TimeSpan.FromSeconds(30), CancellationToken.None));
        }

        var swept = await CheckAsync(read);

        Assert.Equal(CheckOutcome.Yielded, swept.Single(group => group.Group == read[0].Group.Id).Report!.Outcome);
        Assert.Equal(0, _weather.Launches);
        Assert.All(await LoadAsync(), record => Assert.Null(record.State.CheckedAt));
    });

    [Fact]
    public void A_sweep_without_groups_writes_nothing() => Run(async () =>
    {
        Assert.Empty(await CheckAsync());
        Assert.Empty(_calls);
    });

    private void Run(Func<Task> story) => _loop.Run(
        async () =>
        {
            await _store.EnsureAccountAsync(new() { Id = Some.Account, Name = "default", CreatedAt = Some.Now }, CancellationToken.None);
            await _store.AddTemplateAsync(Some.Template(), CancellationToken.None);
            await story();
        },
        () => false);

    /// <summary>A group for each wanted level; their ids, in order.</summary>
    private async Task<Guid[]> AddAsync(params int[] desired)
    {
        for (var i = 0; i < desired.Length; i++)
        {
            var group = Some.Group(desired[i]) with { Id = new(Some.Id(100 + i)), Name = $"web-{i}" };
            await _store.AddGroupAsync(
                group,
                ActivityWriter.Make(group, _random, ActivityType.Change, ActivityStatus.Succeeded, "created", Some.Now),
                CancellationToken.None);
        }

        return [.. (await LoadAsync()).Select(record => record.Group.Id.Value)];
    }

    private Task<ImmutableArray<GroupRecord>> LoadAsync() => _store.LoadSweepAsync(Sweep, CancellationToken.None);

    private async Task<ImmutableArray<SweptGroup>> CheckAsync(
        ImmutableArray<GroupRecord>? groups = null, CancellationToken stopping = default)
    {
        var watched = FailingStore.Before<IStore>(_store, (method, arguments) =>
        {
            if (method != $"get_{nameof(ICheckStore.Installation)}")
            {
                _calls.Add(method);
            }

            return _fails(method, arguments);
        });
        var reconciler = new Reconciler(
            watched, _loop.OutsideTime, _random, new RandomLaunchIdentities(_random), new ReconcilerOptions(), "task");
        return await new SweepCheck(watched, reconciler, _loop.OutsideTime).RunAsync(
            Sweep, groups ?? await LoadAsync(), _governed, stopping, CancellationToken.None);
    }
}
