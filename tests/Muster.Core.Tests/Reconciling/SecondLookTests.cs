using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launching;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;
using Muster.Simulation.Time;
using Muster.Storage.Memory;

namespace Muster.Core.Tests.Reconciling;

/// <summary>Most of a group is to go since people want so, and the cloud says that it runs.</summary>
public sealed class SecondLookTests
{
    private const int Level = 5;

    private readonly SimulationLoop _loop = new();
    private readonly SeededRandom _random = new(1, "second look");
    private readonly Weather _weather = new();
    private readonly MemoryStore _store = new(Some.Installation, TimeProvider.System);
    private readonly SimulatedCloud _simulated;
    private readonly GroupClouds _cloud;
    private readonly ImmutableArray<SimulatedInstance> _placed;

    public SecondLookTests()
    {
        _simulated = new("sim", EngineBed.Traits, _weather, _loop.OutsideTime);
        _cloud = GroupClouds.Of("sim", GovernedCloud.Over("sim", _simulated, _loop.OutsideTime));
        _placed = [.. Enumerable.Range(0, Level).Select(number => _simulated.Place($"web-{number}", Some.Instance(number).Tags))];
    }

    [Fact]
    public void Those_whom_people_want_gone_end_when_the_second_look_says_so_too() => _loop.Run(
        async () =>
        {
            await CheckAsync(unwanted: 4, betweenTheLooks: () => { });

            Assert.Equal(_placed.Take(4).Select(instance => instance.Id), _weather.Terminations.Order());
        },
        () => false);

    [Fact]
    public void One_that_dies_between_the_looks_is_not_among_those_whom_both_want_gone() => _loop.Run(
        async () =>
        {
            await CheckAsync(
                unwanted: 4, betweenTheLooks: () => _simulated.Turn(_placed[4], new LifeEvent(TimeSpan.Zero, InstanceState.Failed)));

            Assert.Equal(_placed.Take(4).Select(instance => instance.Id), _weather.Terminations.Order());
        },
        () => false);

    [Fact]
    public void One_that_works_again_before_the_lease_is_taken_is_spared() => _loop.Run(
        async () =>
        {
            await AddGroupAsync(unwanted: 0);
            var said = new NoteChange("sim", _placed[0].Id);
            await SayAsync(said with { Finding = new("probe", Verdict.Unhealthy, Now) });
            await Task.Delay(TimeSpan.FromSeconds(1), _loop.OutsideTime);
            _simulated.Place("web-9", Some.Instance(9).Tags);
            var (reconciler, record, first) = await LookAsync();
            Assert.Equal(_placed[0].Id, Assert.Single(first.Plan.Victims).Id);

            await SayAsync(said with { Finding = new("probe", Verdict.Healthy, Now) });
            await reconciler.ActAsync(record, first, _cloud, CancellationToken.None, CancellationToken.None);

            // Six are one too many all the same: the newest goes.
            Assert.DoesNotContain(_placed[0].Id, _weather.Terminations);
            Assert.Single(_weather.Terminations);
        },
        () => false);

    [Fact]
    public void Whoever_asks_for_more_time_while_the_second_look_is_made_is_heard() => _loop.Run(
        async () =>
        {
            await AddGroupAsync(unwanted: 0);
            await DrainLateAsync();
            var finds = 0;
            var store = AskedStore.Before(_store, async (name, _) =>
            {
                if (name is nameof(IStore.FindGroupAsync) && ++finds == 3)
                {
                    await SayAsync(new NoteChange("sim", _placed[0].Id)
                    {
                        Gate = new(Gates.Drain, GateAnswer.Extend, Now.AddMinutes(-2), Now.AddMinutes(9)),
                    });
                }
            });
            var (reconciler, record, first) = await LookAsync(store);
            Assert.Equal(_placed[0].Id, Assert.Single(first.Plan.Victims).Id);

            await reconciler.ActAsync(record, first, _cloud, CancellationToken.None, CancellationToken.None);

            Assert.Equal(3, finds);
            Assert.Empty(_weather.Terminations);
        },
        () => false);

    private DateTimeOffset Now => _loop.OutsideTime.GetUtcNow();

    /// <summary>The first of one too many drains, and its deadline is past by a minute.</summary>
    private async Task DrainLateAsync()
    {
        var record = (await _store.FindGroupAsync(Some.GroupId, CancellationToken.None))!;
        var group = record.Group with
        {
            Version = 2, Capacity = record.Group.Capacity with { Desired = Level - 1 },
            Drain = new() { Through = ["lb"], Deadline = TimeSpan.FromMinutes(5) },
        };
        await _store.UpdateGroupAsync(
            group,
            ActivityWriter.Make(group, _random, ActivityType.Change, ActivityStatus.Succeeded, "changed", Now),
            CancellationToken.None);
        var lease = await _store.TryAcquireLeaseAsync(
            group.Id, "source", record.State.Fence, Now, TimeSpan.FromSeconds(30), CancellationToken.None);
        var member = new Member { Instance = _placed[0].Id, Phase = MemberPhase.Draining, Since = Now.AddMinutes(-6) };
        await _store.RecordAndReleaseAsync(lease!, new() { State = record.State with { Members = [member] } }, CancellationToken.None);
    }

    /// <summary>One check of a group that was at its level, and so many of whose instances somebody wants gone since.</summary>
    private async Task CheckAsync(int unwanted, Action betweenTheLooks)
    {
        await AddGroupAsync(unwanted);
        var (reconciler, record, first) = await LookAsync();
        Assert.True(first.WantsToLookAgain, first.Plan.Explanation);
        betweenTheLooks();
        await reconciler.ActAsync(record, first, _cloud, CancellationToken.None, CancellationToken.None);
    }

    private async Task<(Reconciler Reconciler, GroupRecord Record, Assessment First)> LookAsync(IStore? asked = null)
    {
        var store = asked ?? _store;
        var reconciler = new Reconciler(
            store, _loop.OutsideTime, _random, new RandomLaunchIdentities(_random), new ReconcilerOptions(), "only");
        var record = (await store.FindGroupAsync(Some.GroupId, CancellationToken.None))!;
        var sight = await reconciler.ObserveAsync(record, _cloud, CancellationToken.None);
        return (reconciler, record, reconciler.Assess(record, _cloud, sight));
    }

    private Task<ImmutableArray<MemberNote>> SayAsync(params NoteChange[] said) =>
        _store.NoteAsync(Some.GroupId, [.. said], activity: null, CancellationToken.None);

    private async Task AddGroupAsync(int unwanted)
    {
        var group = Some.Group(Level) with { ScaleIn = ScaleInOrder.Newest };
        await _store.EnsureAccountAsync(new() { Id = Some.Account, Name = "default", CreatedAt = Some.Now }, CancellationToken.None);
        await _store.AddTemplateAsync(Some.Template(), CancellationToken.None);
        await _store.AddGroupAsync(
            group,
            ActivityWriter.Make(group, _random, ActivityType.Change, ActivityStatus.Succeeded, "created", Some.Now),
            CancellationToken.None);
        var lease = await _store.TryAcquireLeaseAsync(group.Id, "source", 0, Now, TimeSpan.FromSeconds(30), CancellationToken.None);
        var known = (await _store.FindGroupAsync(group.Id, CancellationToken.None))!.State;
        var told = known.WithPlacement(placement => placement with { EstablishedLevel = Level });
        await _store.RecordAndReleaseAsync(lease!, new() { State = told }, CancellationToken.None);
        await SayAsync(
        [
            .. _placed.Take(unwanted).Select(instance => new NoteChange("sim", instance.Id) { UnwantedFor = "somebody wants it gone" }),
        ]);
    }
}
