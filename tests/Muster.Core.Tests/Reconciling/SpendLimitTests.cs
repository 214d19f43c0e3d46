using System.Collections.Immutable;

using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Reconciling;

/// <summary>What an account may spend, with several servers that check its groups at once.</summary>
public sealed class SpendLimitTests
{
    [Fact]
    public void Two_groups_that_two_servers_check_at_once_do_not_pass_their_accounts_limit_together()
    {
        // Slow: both have looked, and know nothing of each other, long before the first launch is answered.
        var bed = new ServersBed(weather: new Weather { OnLaunch = _ => new() { Before = TimeSpan.FromSeconds(20) } });
        bed.Prices.Set(("sim", 0.5m));
        bed.Run(async () =>
        {
            var (first, second) = await AddTwoAsync(bed, desired: 4);
            await LimitAsync(bed, first, 3);
            var (one, two) = (bed.Start("one"), bed.Start("two"));
            one.Wake(first.Id);
            two.Wake(second.Id);
            await bed.PassAsync(180);

            Assert.Equal(6, bed.AliveCount);
            var states = new[] { await StateAsync(bed, first), await StateAsync(bed, second) };
            Assert.Equal(3, states.Sum(state => state.SpendPerHour));
            Assert.Contains(states, state => state is { Condition: GroupCondition.Degraded } && state.Reason.Contains(
                "held back: the account would pass its spend_per_hour_max of 3 EUR an hour, and costs 3; one more costs 0.5 EUR an hour",
                StringComparison.Ordinal));
            Assert.Empty(one.Failures.Concat(two.Failures));
            var trails = new[] { await TrailAsync(bed, first), await TrailAsync(bed, second) };
            Assert.Contains(trails.SelectMany(trail => trail), told => told.Type is ActivityType.Hold && told.Description.Contains(
                "the account would pass its spend_per_hour_max of 3 EUR an hour", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void What_one_group_gives_up_another_may_have()
    {
        var bed = new ServersBed();
        bed.Prices.Set(("sim", 0.5m));
        bed.Run(async () =>
        {
            var (first, second) = await AddTwoAsync(bed, desired: 4);
            await LimitAsync(bed, first, 3);
            var server = bed.Start("one");
            await bed.PassAsync(120);
            Assert.Equal(6, bed.AliveCount);

            await bed.ResizeAsync(first.Id, 2);
            server.Wake(first.Id);
            await bed.PassAsync(180);

            Assert.Equal((1m, 2m), ((await StateAsync(bed, first)).SpendPerHour, (await StateAsync(bed, second)).SpendPerHour));
            Assert.Equal(GroupCondition.Healthy, (await StateAsync(bed, second)).Condition);
        });
    }

    [Fact]
    public void A_limit_below_what_runs_ends_nothing_and_replaces_nothing()
    {
        var bed = new ServersBed();
        bed.Prices.Set(("sim", 0.5m));
        bed.Run(async () =>
        {
            var (first, _) = await AddTwoAsync(bed, desired: 2);
            bed.Start("one");
            await bed.PassAsync(120);
            await LimitAsync(bed, first, 1);
            await bed.PassAsync(120);
            Assert.Equal(4, bed.AliveCount);

            var victim = bed.Cloud.Instances.First(instance => instance.IsLiveAt(bed.Now));
            bed.Cloud.Turn(victim, new LifeEvent(TimeSpan.Zero, InstanceState.Failed));
            await bed.PassAsync(180);

            Assert.Equal(3, bed.AliveCount);
        });
    }

    [Fact]
    public void What_a_server_that_died_had_set_aside_is_free_once_its_group_is_checked_again()
    {
        var bed = new ServersBed();
        bed.Prices.Set(("sim", 0.5m));
        bed.Run(async () =>
        {
            var (first, second) = await AddTwoAsync(bed, desired: 2);
            await LimitAsync(bed, first, 2);
            var lease = await bed.Store.TryAcquireLeaseAsync(
                first.Id, "dead", 0, bed.Now, TimeSpan.FromSeconds(30), CancellationToken.None);
            await bed.Store.ReserveSpendAsync(lease!, 0, 2, CancellationToken.None);
            await bed.ResizeAsync(first.Id, 0);
            bed.Start("one");
            await bed.PassAsync(10);
            Assert.Equal(0, bed.AliveCount);

            await bed.PassAsync(240);

            Assert.Equal(2, bed.AliveCount);
            Assert.Equal(1, (await StateAsync(bed, second)).SpendPerHour);
        });
    }

    [Fact]
    public void What_another_group_gives_up_while_one_is_checked_is_launched_for_only_once_it_is_set_aside()
    {
        var bed = new ServersBed(weather: new Weather
        {
            OnPage = () => new() { Before = TimeSpan.FromSeconds(5) },
            OnLaunch = _ => new() { Before = TimeSpan.FromSeconds(20) },
        });
        bed.Prices.Set(("sim", 0.5m));
        bed.Run(async () =>
        {
            var first = await bed.AddSweepAsync(1, 8);
            var idle = first.Capacity with { Desired = 0 };
            var second = first with { Id = new(Some.Id(99)), Name = "other", Capacity = idle };
            var third = first with { Id = new(Some.Id(98)), Name = "third", Capacity = idle };
            await bed.AddGroupAsync(second);
            await bed.AddGroupAsync(third);
            await LimitAsync(bed, first, 4);
            var lease = await bed.Store.TryAcquireLeaseAsync(
                third.Id, "x", 0, bed.Now, TimeSpan.FromSeconds(300), CancellationToken.None);
            await bed.Store.ReserveSpendAsync(lease!, 0, 3, CancellationToken.None);
            var (one, two) = (bed.Start("one"), bed.Start("two"));
            one.Wake(first.Id);
            await bed.PassAsync(3);
            await bed.Store.ReserveSpendAsync(lease!, 0, 0, CancellationToken.None);
            await bed.PassAsync(4);

            var record = (await bed.Store.FindGroupAsync(first.Id, CancellationToken.None))!;
            Assert.NotEmpty(record.OpenLaunches);
            Assert.True(record.OpenLaunches.Length * 0.5m <= record.State.SpendPerHour);

            await bed.ResizeAsync(second.Id, 8);
            two.Wake(second.Id);
            await bed.PassAsync(240);
            Assert.Equal(8, bed.AliveCount);
        });
    }

    [Fact]
    public void What_a_placement_refused_is_launched_elsewhere_for_what_the_account_still_has()
    {
        var bed = new SpreadBed("a", "b");
        bed.Prices.Set(("a", 0.1m), ("b", 0.5m));
        bed["a"].OnLaunch = _ => new() { Refusal = new(CloudErrorKind.OutOfStock, "full") };
        bed.Run(async () =>
        {
            await bed.Store.ChangeAccountAsync(Some.Account, new() { SpendPerHourMax = 1.5m }, CancellationToken.None);
            await bed.AddAsync(4, SpreadBed.On("a"), SpreadBed.On("b"));
            await bed.PassAsync(5);

            Assert.Equal("0 3", bed.Alive);
            Assert.Equal(1.5m, (await bed.StateAsync()).SpendPerHour);
            Assert.Empty(bed.Failures);
        });
    }

    [Fact]
    public void Prices_that_are_gone_for_a_while_give_nothing_of_the_limit_back()
    {
        var bed = new ServersBed();
        bed.Prices.Set(("sim", 0.5m));
        bed.Run(async () =>
        {
            var first = await bed.AddSweepAsync(1, 5, TimeSpan.FromSeconds(30));
            await bed.AddGroupAsync(first with { Id = new(Some.Id(99)), Name = "other" });
            await LimitAsync(bed, first, 5);
            var server = bed.Start("one");
            await bed.PassAsync(120);
            Assert.Equal(10, bed.AliveCount);

            bed.Prices.Set();
            await bed.PassAsync(60);
            Assert.Equal(2.5m, (await StateAsync(bed, first)).SpendPerHour);
            bed.Prices.Set(("sim", 0.5m));
            await bed.ResizeAsync(first.Id, 10);
            server.Wake(first.Id);
            await bed.PassAsync(120);

            Assert.Equal(10, bed.AliveCount);
        });
    }

    [Fact]
    public void A_check_that_can_set_nothing_aside_gives_its_lease_back()
    {
        var bed = new ServersBed();
        bed.Prices.Set(("sim", 0.5m));
        bed.Run(async () =>
        {
            var group = await bed.AddSweepAsync(1, 2);
            await LimitAsync(bed, group, 3);
            var server = bed.Start("one");
            server.FailingCall = nameof(ICheckStore.ReserveSpendAsync);
            server.Wake(group.Id);
            await bed.PassAsync(5);
            Assert.NotEmpty(server.Failures);
            Assert.Equal(0, bed.AliveCount);

            // Long before the lease runs out.
            server.FailingCall = null;
            await bed.PassAsync(10);
            Assert.Equal(2, bed.AliveCount);
        });
    }

    private static async Task<(Group First, Group Second)> AddTwoAsync(ServersBed bed, int desired)
    {
        var first = await bed.AddSweepAsync(1, desired);
        var second = first with { Id = new(Some.Id(99)), Name = "other" };
        await bed.AddGroupAsync(second);
        return (first, second);
    }

    private static Task<Account> LimitAsync(ServersBed bed, Group group, decimal max) =>
        bed.Store.ChangeAccountAsync(group.Account, new() { SpendPerHourMax = max }, CancellationToken.None);

    private static async Task<ImmutableArray<Activity>> TrailAsync(ServersBed bed, Group group) =>
        (await bed.Store.ListActivitiesAsync(group.Id, new(1000), CancellationToken.None)).Items;

    private static async Task<GroupState> StateAsync(ServersBed bed, Group group) =>
        (await bed.Store.FindGroupAsync(group.Id, CancellationToken.None))!.State;
}
