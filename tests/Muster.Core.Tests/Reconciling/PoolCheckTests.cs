using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Reconciling;

/// <summary>A warm pool through its whole life, by the engine itself.</summary>
public sealed class PoolCheckTests
{
    private static readonly CloudTraits Traits = EngineBed.Traits with { Stops = true };

    private static readonly Group Group = Some.Group(3) with
    {
        Interval = TimeSpan.FromMinutes(1), Pool = new() { Size = new(2, IsPercent: false) },
    };

    [Fact]
    public void A_pool_fills_with_instances_that_rest_and_the_level_is_as_it_was()
    {
        var bed = new EngineBed(Traits);
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group);

            var record = await bed.RecordAsync();
            Assert.Equal((3, 2, 0), (record.State.Counts.Running, record.State.Counts.Warm, record.State.Counts.Warming));
            Assert.Equal(GroupCondition.Healthy, record.State.Condition);
            Assert.Empty(record.OpenLaunches);
            Assert.All(record.State.Members, member => Assert.Equal(MemberPhase.Warm, member.Phase));
            Assert.Equal(2, Resting(bed));
            Assert.Equal(5, bed.Cloud.Instances.Length);
            Assert.Equal(2, (await bed.TrailAsync()).Count(entry =>
                entry.Description.StartsWith("put to rest", StringComparison.Ordinal)));
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void Growing_starts_what_rests_and_then_fills_the_pool_again()
    {
        var bed = new EngineBed(Traits);
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group);
            var warm = (await bed.RecordAsync()).State.Members.Select(member => member.Instance).ToHashSet();

            await ScaleAsync(bed, 5);
            await bed.PassAsync(5);
            Assert.Equal(5, (await bed.RecordAsync()).State.Counts.Running);
            Assert.Superset(warm, bed.Alive.Select(instance => instance.Id).ToHashSet());

            await bed.PassAsync(600);
            var state = (await bed.RecordAsync()).State;
            Assert.Equal((5, 2), (state.Counts.Running, state.Counts.Warm));
            Assert.Equal(7, bed.Cloud.Instances.Length);
            Assert.Empty(state.Members.Select(member => member.Instance).Intersect(warm));
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void One_that_cannot_be_started_stays_in_the_pool_and_another_is_launched_in_its_place()
    {
        var weather = new Weather();
        var bed = new EngineBed(Traits, weather);
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group);
            weather.OnStart = _ => new() { Refusal = new(CloudErrorKind.OutOfStock, "none to be had") };

            await ScaleAsync(bed, 4);
            await bed.PassAsync(60);

            var state = (await bed.RecordAsync()).State;
            Assert.Equal((4, 2), (state.Counts.Running, state.Counts.Warm + state.Counts.Warming));
            Assert.Contains(await bed.TrailAsync(), entry =>
                entry.Description.StartsWith("start web", StringComparison.Ordinal)
                && entry.Description.Contains("out of stock", StringComparison.Ordinal));

            weather.OnStart = _ => CallFate.Good;
            await bed.PassAsync(300);
            await ScaleAsync(bed, 5);
            await bed.PassAsync(5);
            Assert.Equal(5, (await bed.RecordAsync()).State.Counts.Running);
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void A_group_that_shrinks_and_wants_it_so_gives_back_to_the_pool_and_nothing_is_made_or_ended()
    {
        var bed = new EngineBed(Traits);
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group with { Pool = Group.Pool! with { TakesSurplus = true } });
            await ScaleAsync(bed, 5);
            await bed.PassAsync(2);
            await ScaleAsync(bed, 3);
            await bed.PassAsync(300);

            var state = (await bed.RecordAsync()).State;
            Assert.Equal((3, 2), (state.Counts.Running, state.Counts.Warm));
            Assert.Equal(3, bed.Alive.Count());
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void Another_template_renews_the_pool_one_at_a_time()
    {
        var bed = new EngineBed(Traits);
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group);
            var warm = (await bed.RecordAsync()).State.Members.Select(member => member.Instance).ToHashSet();
            await bed.Store.AddTemplateAsync(
                Some.Template() with { Id = new(Some.Id(5)), Name = "web-2" }, CancellationToken.None);
            await bed.ChangeAsync(group => group with { Template = new(Some.Id(5)), Revision = group.Revision + 1 });
            for (var minute = 0; minute < 15; minute++)
            {
                await bed.PassAsync(60);
                Assert.InRange(Resting(bed), 1, 2);
            }

            var after = (await bed.RecordAsync()).State.Members.Select(member => member.Instance).ToHashSet();
            Assert.Equal(2, after.Count);
            Assert.Empty(after.Intersect(warm));
            Assert.Equal(3, (await bed.RecordAsync()).State.Counts.Running);
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void A_group_that_is_deleted_leaves_nothing_at_rest()
    {
        var bed = new EngineBed(Traits);
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group);
            await bed.ChangeAsync(group => group with { Phase = GroupPhase.Draining });
            await bed.PassAsync(300);

            Assert.Equal(0, Resting(bed) + bed.Alive.Count());
            Assert.Equal(GroupPhase.Archived, (await bed.RecordAsync()).Group.Phase);
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void One_that_somebody_starts_by_hand_is_put_to_rest_again()
    {
        var bed = new EngineBed(Traits);
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group);
            var one = (await bed.RecordAsync()).State.Members[0].Instance;
            await bed.Cloud.StartAsync(Some.Installation, one, CancellationToken.None);
            await bed.PassAsync(180);

            Assert.Equal(2, Resting(bed));
            Assert.Equal(3, bed.Alive.Count());
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void A_pool_that_is_removed_ends()
    {
        var bed = new EngineBed(Traits);
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group);
            await bed.ChangeAsync(group => group with { Pool = null });
            await bed.PassAsync(120);

            var state = (await bed.RecordAsync()).State;
            Assert.Equal((3, 0, 0), (state.Counts.Running, state.Counts.Warm, state.Members.Length));
            Assert.Equal(0, Resting(bed));
        });
        Assert.Empty(bed.Failures);
    }

    private static int Resting(EngineBed bed) =>
        bed.Cloud.Instances.Count(instance => instance.StateAt(bed.Now) is InstanceState.Stopped);

    private static async Task SettleAsync(EngineBed bed, Group group)
    {
        await bed.AddAsync(group);
        await bed.PassAsync(400);
        Assert.Equal(3, (await bed.RecordAsync()).State.Counts.Running);
        Assert.Equal(2, Resting(bed));
    }

    private static Task ScaleAsync(EngineBed bed, int desired) =>
        bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = desired } });
}
