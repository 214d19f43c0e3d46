using Muster.Core.Storage;
using Muster.Core.Tests.Support;
using Muster.Simulation.Time;
using Muster.Storage.Memory;

namespace Muster.Core.Tests.Storage;

/// <summary>The store's clock as a process with a wrong clock of its own keeps it.</summary>
public sealed class StoreTimeTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromSeconds(4);

    private readonly SimulationLoop _loop = new();

    [Fact]
    public void Until_the_first_reading_it_is_the_machines_own_and_says_so()
    {
        var (machine, timeProvider) = Clocks(TimeSpan.FromMinutes(10));

        Assert.False(timeProvider.IsKnown);
        Assert.Equal(machine.GetUtcNow(), timeProvider.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, timeProvider.MachineAhead);
    }

    [Theory]
    [InlineData(-600)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(600)]
    public void After_a_reading_it_is_the_stores_however_wrong_the_machine_is(int secondsAhead) => Run(async () =>
    {
        var (_, timeProvider) = Clocks(TimeSpan.FromSeconds(secondsAhead));
        await timeProvider.SynchronizeAsync(Store(TimeSpan.Zero), CancellationToken.None);

        Assert.True(timeProvider.IsKnown);
        Assert.Equal(_loop.OutsideTime.GetUtcNow(), timeProvider.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(secondsAhead), timeProvider.MachineAhead);
    });

    [Theory]
    [InlineData(-600)]
    [InlineData(600)]
    public void A_slow_answer_leaves_it_wrong_by_the_round_trip_at_most(int secondsAhead) => Run(async () =>
    {
        var (_, timeProvider) = Clocks(TimeSpan.FromSeconds(secondsAhead));
        await timeProvider.SynchronizeAsync(Store(RoundTrip), CancellationToken.None);

        Assert.InRange(timeProvider.GetUtcNow() - _loop.OutsideTime.GetUtcNow(), -RoundTrip, RoundTrip);
    });

    [Fact]
    public void A_slow_answer_takes_nothing_from_what_a_quick_one_said() => Run(async () =>
    {
        var (_, timeProvider) = Clocks(TimeSpan.FromMinutes(-5));
        await timeProvider.SynchronizeAsync(Store(TimeSpan.Zero), CancellationToken.None);
        await timeProvider.SynchronizeAsync(Store(RoundTrip), CancellationToken.None);

        Assert.Equal(_loop.OutsideTime.GetUtcNow(), timeProvider.GetUtcNow());
    });

    [Fact]
    public void A_jump_of_the_machines_clock_does_nothing_to_it() => Run(async () =>
    {
        var (machine, timeProvider) = Clocks(TimeSpan.Zero);
        await timeProvider.SynchronizeAsync(Store(TimeSpan.Zero), CancellationToken.None);
        machine.WallOffset = TimeSpan.FromHours(-3);
        await Task.Delay(TimeSpan.FromSeconds(7), _loop.OutsideTime);

        Assert.Equal(_loop.OutsideTime.GetUtcNow(), timeProvider.GetUtcNow());
        Assert.Equal(TimeSpan.FromHours(-3), timeProvider.MachineAhead);
    });

    [Fact]
    public void A_reading_that_fails_leaves_the_time_as_it_was() => Run(async () =>
    {
        var (_, timeProvider) = Clocks(TimeSpan.FromMinutes(1));
        await timeProvider.SynchronizeAsync(Store(TimeSpan.Zero), CancellationToken.None);
        var broken = FailingStore.Before<IStore>(Store(TimeSpan.Zero), (_, _) => true);

        await Assert.ThrowsAsync<StoreException>(() => timeProvider.SynchronizeAsync(broken, CancellationToken.None));
        Assert.Equal(_loop.OutsideTime.GetUtcNow(), timeProvider.GetUtcNow());
    });

    private void Run(Func<Task> story) => _loop.Run(story, () => false);

    private (SimulatedTime Machine, StoreTime Time) Clocks(TimeSpan ahead)
    {
        var machine = _loop.CreateTime(_loop.CreateContext("machine"));
        machine.WallOffset = ahead;
        return (machine, new(machine));
    }

    /// <summary>A store that reads its clock in the middle of a round trip.</summary>
    private IStore Store(TimeSpan roundTrip) =>
        SlowStore.Before(new MemoryStore(Some.Installation, _loop.OutsideTime), _loop.OutsideTime, roundTrip / 2);
}
