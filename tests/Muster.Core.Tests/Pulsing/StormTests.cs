using Muster.Core.Clouds;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Pulsing;

/// <summary>Many groups that hurry at once over a cloud that allows few calls: they share listings, and nobody starves.</summary>
public sealed class StormTests
{
    private const int Groups = 400;
    private const double ReadsPerSecond = 2;
    private const double WritesPerSecond = 7;

    private static readonly CloudTraits Slow = EngineBed.Traits with
    {
        ReadsPerSecond = ReadsPerSecond,
        WritesPerSecond = WritesPerSecond,
        Burst = 1,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void New_groups_share_listings_and_the_writes_are_the_bound(bool groupFilter)
    {
        var bed = new EngineBed(Slow with { GroupFilter = groupFilter }, new FairWeather(launchLatency: TimeSpan.FromSeconds(1)));
        bed.Run(async () =>
        {
            var ideal = Groups * 2 / WritesPerSecond;
            await AddManyAsync(bed, capacity: 2);
            var took = await UntilAsync(bed, () => bed.Alive.Count() == Groups * 2, within: 2 * ideal);

            Assert.True(took <= 1.1 * ideal, $"{took:0} s, and the writes alone take {ideal:0} s");
            await UntilAsync(bed, () => bed.Pulse.GroupsBelow == 0, within: 60);
        });
        Assert.Empty(bed.Failures);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(70)]
    public void A_change_by_a_user_acts_within_five_seconds_meanwhile(double afterSeconds)
    {
        var bed = new EngineBed(Slow, new FairWeather(launchLatency: TimeSpan.FromSeconds(1)));
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(2));
            await bed.PassAsync(60);
            await AddManyAsync(bed, capacity: 2);
            await bed.PassAsync(afterSeconds);
            await bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = 3 } });

            var took = await UntilAsync(bed, () => AliveOf(bed, Some.GroupId) == 3, within: 200);
            Assert.True(took <= 5, $"{took:0.0} s");
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void A_change_of_a_group_that_waits_itself_is_not_held_up_by_its_wait()
    {
        var bed = new EngineBed(Slow, new FairWeather(launchLatency: TimeSpan.FromSeconds(1)));
        bed.Run(async () =>
        {
            await AddManyAsync(bed, capacity: 2);
            await bed.PassAsync(20);
            var waiting = Enumerable.Range(0, Groups).Select(IdOf).Last(group => AliveOf(bed, group) == 0);
            await bed.ChangeAsync(waiting, group => group with { Capacity = group.Capacity with { Desired = 3 } });

            var took = await UntilAsync(bed, () => AliveOf(bed, waiting) == 3, within: 200);
            Assert.True(took <= 5, $"{took:0.0} s");
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void Groups_that_shrink_at_once_share_their_second_looks()
    {
        var bed = new EngineBed(Slow, new FairWeather());
        bed.Run(async () =>
        {
            await AddManyAsync(bed, capacity: 2);
            await UntilAsync(bed, () => bed.Alive.Count() == Groups * 2, within: 200);
            await bed.PassAsync(60);
            for (var number = 0; number < Groups; number++)
            {
                await bed.ChangeAsync(IdOf(number), group => group with { Capacity = group.Capacity with { Desired = 1 } });
            }

            var ideal = Groups / WritesPerSecond;
            var took = await UntilAsync(bed, () => bed.Alive.Count() == Groups, within: 10 * ideal);
            Assert.True(took <= 1.5 * ideal, $"{took:0} s, and the writes alone take {ideal:0} s");
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void Checks_that_wait_for_the_right_to_call_count_as_late_while_they_wait()
    {
        var bed = new EngineBed(Slow, new FairWeather(launchLatency: TimeSpan.FromSeconds(1)));
        bed.Run(async () =>
        {
            await AddManyAsync(bed, capacity: 2);
            await bed.PassAsync(1);
            Assert.Equal(0, bed.Pulse.Status.ChecksLate);
            await bed.PassAsync(20);
            var late = bed.Pulse.Status.ChecksLate;

            Assert.InRange(late, Groups / 2, Groups);
            Assert.Equal(late, bed.Pulse.Status.ChecksLate);
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void A_stop_leaves_the_lines()
    {
        var bed = new EngineBed(Slow, new FairWeather(launchLatency: TimeSpan.FromSeconds(1)));
        bed.Run(async () =>
        {
            await AddManyAsync(bed, capacity: 2);
            await bed.PassAsync(20);
            var beganAt = bed.Now;
            await bed.StopAsync();

            Assert.InRange((bed.Now - beganAt).TotalSeconds, 0, 30);
            Assert.Equal(0, bed.Pulse.Status.ChecksInFlight);
        });
        Assert.Empty(bed.Failures);
    }

    private static GroupId IdOf(int number) => new(Some.Id(1000 + number));

    private static async Task AddManyAsync(EngineBed bed, int capacity)
    {
        for (var number = 0; number < Groups; number++)
        {
            await bed.AddAsync(Some.Group(capacity) with { Id = IdOf(number), Name = $"storm-{number}" });
        }
    }

    private static int AliveOf(EngineBed bed, GroupId group) => bed.Alive.Count(instance => instance.Group == group);

    private static async Task<double> UntilAsync(EngineBed bed, Func<bool> isDone, double within)
    {
        var beganAt = bed.Now;
        while (!isDone() && (bed.Now - beganAt).TotalSeconds < within)
        {
            await bed.PassAsync(0.1);
        }

        Assert.True(isDone(), $"not after {within:0} s: {bed.Alive.Count()} live, {bed.Governed.Governor.Figures}");
        return (bed.Now - beganAt).TotalSeconds;
    }
}
