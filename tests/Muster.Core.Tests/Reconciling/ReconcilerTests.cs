using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Checks;
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

public sealed class ReconcilerTests
{
    private readonly SimulationLoop _loop = new();
    private readonly SeededRandom _random = new(1, "reconciler");
    private readonly Weather _weather = new();
    private readonly MemoryStore _store = new(Some.Installation, TimeProvider.System);

    [Fact]
    public void What_another_holder_wrote_stands_when_the_second_look_fails() => _loop.Run(
        async () =>
        {
            var cloud = GroupClouds.Of("sim", GovernedCloud.Over(
                "sim", new SimulatedCloud("sim", EngineBed.Traits, _weather, _loop.OutsideTime), _loop.OutsideTime));
            var reconciler = new Reconciler(
                _store, _loop.OutsideTime, _random, new RandomLaunchIdentities(_random), new ReconcilerOptions(), "second");
            await SettleAsync();

            // The second reads and looks while the first holds the lease; then the first writes, and is never heard of again.
            var lease = await _store.TryAcquireLeaseAsync(
                Some.GroupId, "first", 0, _loop.OutsideTime.GetUtcNow(), TimeSpan.FromSeconds(30), CancellationToken.None);
            var record = (await _store.FindGroupAsync(Some.GroupId, CancellationToken.None))!;
            var assessment = reconciler.Assess(record, cloud, await reconciler.ObserveAsync(record, cloud, CancellationToken.None));
            var written = record.State with
            {
                RecentTerminations = [new(new("i-0007"), _loop.OutsideTime.GetUtcNow(), "1 too many", IsTold: false)],
            };
            await _store.RecordAsync(lease!, new() { State = written, Launches = [Some.Launch(9)] }, CancellationToken.None);
            await Task.Delay(TimeSpan.FromSeconds(31), _loop.OutsideTime);
            _weather.OnPage = () => new() { Refusal = new(CloudErrorKind.Unavailable, "down") };
            var report = await reconciler.ActAsync(record, assessment, cloud, CancellationToken.None, CancellationToken.None);

            var after = (await _store.FindGroupAsync(Some.GroupId, CancellationToken.None))!;
            Assert.Equal(CheckOutcome.Failed, report.Outcome);
            Assert.Equal(written.RecentTerminations, after.State.RecentTerminations);
            Assert.Equal(new LaunchId(Some.Id(9)), Assert.Single(after.OpenLaunches).Id);
        },
        () => false);

    [Fact]
    public void What_somebody_only_asks_about_is_told_to_nobody() => _loop.Run(
        async () =>
        {
            var cloud = GroupClouds.Of("sim", GovernedCloud.Over(
                "sim", new SimulatedCloud("sim", EngineBed.Traits, _weather, _loop.OutsideTime), _loop.OutsideTime));
            var told = new Told();
            var reconciler = new Reconciler(
                _store, _loop.OutsideTime, _random, new RandomLaunchIdentities(_random), new ReconcilerOptions(), "only", sightings: told);
            await SettleAsync();
            var record = (await _store.FindGroupAsync(Some.GroupId, CancellationToken.None))!;
            record = record with { Group = record.Group with { ScaleIn = ScaleInOrder.LeastBusy } };
            var sight = await reconciler.ObserveAsync(record, cloud, CancellationToken.None);

            reconciler.Assess(record, cloud, sight, isAssumed: true);
            Assert.Equal(0, told.Looks);

            reconciler.Assess(record, cloud, sight);
            Assert.Equal(1, told.Looks);

            // Where nobody could look, whoever follows the group hears that as well.
            var away = new CloudException(CloudErrorKind.Unavailable, "away");
            reconciler.CouldNotLook(record, away);
            reconciler.CouldNotLook(record with { Group = record.Group with { ScaleIn = ScaleInOrder.Oldest } }, away);
            Assert.Equal((1, 1), (told.Looks, told.Misses));
        },
        () => false);

    [Fact]
    public void What_the_second_look_leaves_undone_is_in_no_word_of_the_check() => _loop.Run(
        async () =>
        {
            var simulated = new SimulatedCloud("sim", EngineBed.Traits, _weather, _loop.OutsideTime);
            var cloud = GroupClouds.Of("sim", GovernedCloud.Over("sim", simulated, _loop.OutsideTime));
            var reconciler = new Reconciler(
                _store, _loop.OutsideTime, _random, new RandomLaunchIdentities(_random), new ReconcilerOptions(), "only");
            await SettleAsync();
            var placed = Enumerable.Range(1, 5).Select(number => simulated.Place($"web-{number}", Some.Instance(number).Tags)).ToList();
            var record = (await _store.FindGroupAsync(Some.GroupId, CancellationToken.None))!;
            var first = reconciler.Assess(record, cloud, await reconciler.ObserveAsync(record, cloud, CancellationToken.None));
            Assert.Equal(3, first.Victims.Count());

            // Those that were to go are gone before anybody told them, and others came.
            placed.Take(3).ToList().ForEach(instance => simulated.Turn(instance, new LifeEvent(TimeSpan.Zero, null)));
            simulated.Place("web-6", Some.Instance(6).Tags);
            var report = await reconciler.ActAsync(record, first, cloud, CancellationToken.None, CancellationToken.None);

            var after = await _store.FindGroupAsync(Some.GroupId, CancellationToken.None);
            var trail = (await _store.ListActivitiesAsync(Some.GroupId, new(100), CancellationToken.None)).Items;
            Assert.Empty(_weather.Terminations);
            Assert.DoesNotContain(trail, activity => activity.Description.Contains("terminate 3", StringComparison.Ordinal));
            Assert.DoesNotContain(
                "terminate", report.Plan!.Explanation.Replace("1 to terminate", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Equal(0, after!.State.Terminated.At(_loop.OutsideTime.GetUtcNow()));
            Assert.Empty(after.State.RecentTerminations);
            Assert.Equal(report.Plan.Counts, after.State.Counts);
        },
        () => false);

    private async Task SettleAsync()
    {
        await _store.EnsureAccountAsync(new() { Id = Some.Account, Name = "default", CreatedAt = Some.Now }, CancellationToken.None);
        await _store.AddTemplateAsync(Some.Template(), CancellationToken.None);
        await _store.AddGroupAsync(
            Some.Group(2),
            ActivityWriter.Make(Some.Group(2), _random, ActivityType.Change, ActivityStatus.Succeeded, "created", Some.Now),
            CancellationToken.None);
    }

    private sealed class Told : ISightings
    {
        public int Looks { get; private set; }

        public int Misses { get; private set; }

        public void Missed(GroupId group) => Misses++;

        public void Saw(
            GroupRecord record, string cloud, ImmutableArray<Instance> instances, DateTimeOffset lookedAt, TimeSpan listingLagMax) =>
            Looks++;

        public void Decided(GroupId group)
        {
        }
    }
}
