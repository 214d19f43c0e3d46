using Muster.Simulation.Randomness;
using Muster.Simulation.Time;

namespace Muster.Simulation.Tests.Time;

public sealed class SimulationLoopTests
{
    [Fact]
    public void Time_moves_only_when_nothing_is_ready_and_then_to_the_next_timer()
    {
        var loop = new SimulationLoop();
        var seen = new List<string>();
        loop.Run(
            async () =>
            {
                var late = NoteAsync("late", 3600);
                var soon = NoteAsync("soon", 0.5);
                seen.Add("first");
                await Task.WhenAll(late, soon);
            },
            () => false);

        Assert.Equal(["first at 0", "soon at 0.5", "late at 3600"], seen.Select(line => line == "first" ? "first at 0" : line));

        async Task NoteAsync(string name, double seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), loop.OutsideTime);
            seen.Add(FormattableString.Invariant($"{name} at {loop.Now.TotalSeconds}"));
        }
    }

    [Fact]
    public void A_clock_that_jumps_moves_the_wall_clock_and_neither_timestamps_nor_timers()
    {
        var loop = new SimulationLoop();
        var timeProvider = loop.CreateTime(loop.Outside);
        loop.Run(
            async () =>
            {
                var (stamp, wall) = (timeProvider.GetTimestamp(), timeProvider.GetUtcNow());
                var delay = Task.Delay(TimeSpan.FromSeconds(10), timeProvider);
                timeProvider.WallOffset = TimeSpan.FromHours(-1);
                await delay;

                Assert.Equal(TimeSpan.FromSeconds(10), timeProvider.GetElapsedTime(stamp));
                Assert.Equal(TimeSpan.FromSeconds(10) - TimeSpan.FromHours(1), timeProvider.GetUtcNow() - wall);
                Assert.Equal(TimeSpan.FromSeconds(10), loop.Now);
            },
            () => false);
    }

    [Fact]
    public void A_killed_process_never_runs_again_and_a_paused_one_goes_on_where_it_was()
    {
        var loop = new SimulationLoop();
        var (killed, paused) = (loop.CreateContext("killed"), loop.CreateContext("paused"));
        var beats = new Dictionary<string, int> { ["killed"] = 0, ["paused"] = 0 };
        loop.Run(
            async () =>
            {
                killed.Post(_ => _ = BeatAsync("killed", loop.CreateTime(killed)), null);
                paused.Post(_ => _ = BeatAsync("paused", loop.CreateTime(paused)), null);
                await Task.Delay(TimeSpan.FromSeconds(5.5), loop.OutsideTime);
                killed.Kill();
                paused.Pause();
                await Task.Delay(TimeSpan.FromSeconds(60), loop.OutsideTime);
                Assert.Equal((5, 5), (beats["killed"], beats["paused"]));

                paused.Resume();
                await Task.Delay(TimeSpan.FromSeconds(3.2), loop.OutsideTime);
                Assert.Equal((5, 9), (beats["killed"], beats["paused"]));
            },
            () => false);

        async Task BeatAsync(string name, TimeProvider timeProvider)
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), timeProvider);
                beats[name]++;
            }
        }
    }

    [Fact]
    public void The_order_of_what_is_ready_follows_the_seed()
    {
        var orders = Enumerable.Range(0, 20).Select(seed => Order(new RandomStream((ulong)seed))).ToList();

        Assert.Equal("0123456789", Order(shuffle: null));
        Assert.Equal(orders, Enumerable.Range(0, 20).Select(seed => Order(new RandomStream((ulong)seed))));
        Assert.InRange(orders.Distinct().Count(), 15, 20);

        static string Order(RandomStream? shuffle)
        {
            var loop = new SimulationLoop(shuffle);
            var order = "";
            loop.Run(
                async () =>
                {
                    for (var i = 0; i < 10; i++)
                    {
                        var digit = i;
                        loop.Outside.Post(_ => order += digit, null);
                    }

                    await Task.Delay(TimeSpan.FromSeconds(1), loop.OutsideTime);
                },
                () => false);
            return order;
        }
    }

    [Fact]
    public void A_world_that_waits_for_nothing_is_told_and_so_is_one_that_spins()
    {
        var waits = Assert.Throws<SimulationStuckException>(
            () => new SimulationLoop().Run(() => new TaskCompletionSource().Task, () => false));
        var spins = Assert.Throws<SimulationStuckException>(() => new SimulationLoop().Run(
            async () =>
            {
                while (true)
                {
                    await Task.Yield();
                }
            },
            () => false));

        Assert.Contains("nothing is ready", waits.Message, StringComparison.Ordinal);
        Assert.Contains("time does not move", spins.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_that_comes_from_another_thread_is_told()
    {
        var loop = new SimulationLoop();
        using var gate = new ManualResetEventSlim();
        var error = Assert.Throws<SimulationStuckException>(() => loop.Run(
            async () =>
            {
                var elsewhere = Task.Run(gate.Wait);
                loop.Outside.Post(_ => gate.Set(), null);
                await elsewhere;
            },
            () => false));

        Assert.Matches("another thread|nothing is ready", error.Message);
    }
}
