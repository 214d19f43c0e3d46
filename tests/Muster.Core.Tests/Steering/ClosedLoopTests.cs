using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Metrics;
using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Steering;

/// <summary>A group in a small world: a load that instances share, and instances that take a while to come up.</summary>
public sealed class ClosedLoopTests
{
    private const int Rounds = 4 * 60 * 4;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(15);
    private static readonly Frame Frame = new(Min: 1, Max: 1000, Floor: null);

    private static readonly PolicyRule.Target Level = new() { Metric = "cpu", Value = 60 };

    private static readonly PolicyRule.Step Alarm = new()
    {
        Metric = "cpu",
        IsAbove = true,
        Threshold = 90,
        For = TimeSpan.FromMinutes(5),
        Cooldown = TimeSpan.FromMinutes(10),
        Steps = [new(0, null, new(AdjustmentKind.Percent, 30))],
    };

    private static readonly Gen<Trial> Trials =
        from start in Gen.Int[1, 60]
        from load in Gen.Double[0, 4000]
        from boot in Gen.Int[0, 20]
        from saturates in Gen.Bool
        from isOneNumber in Gen.Bool
        from alarm in Gen.Bool
        from most in Gen.Int[0, 60]
        select new Trial(
            start,
            load,
            Round * boot,
            saturates ? 100 : double.MaxValue,
            isOneNumber,
            [
                Readings.Policy(Level with { GrowMax = most is 0 ? null : new(most, IsPercent: false) }, name: "level"),
                .. alarm ? [Readings.Policy(Alarm, name: "alarm")] : Array.Empty<Policy>(),
            ]);

    [Fact]
    public void The_level_is_reached_once_load_is_constant() => Trials.Sample(trial =>
    {
        var levels = trial.Run();
        var (level, needed) = (levels[^1], trial.Load / Level.Value);
        var settled = levels[^40..].All(one => one == level);
        var isEnough = needed <= (level * (1 + Level.Tolerance)) + 1e-6;
        var isNotTooMuch = level == 1 || needed >= (level * (1 - Level.Tolerance)) - 1e-6 || level == (int)Math.Ceiling(needed);
        return settled && isEnough && isNotTooMuch
            ? true
            : throw new InvalidOperationException($"{needed} needed: {string.Join(' ', levels.Distinct())}, {level} at the end");
    });

    [Fact]
    public void The_direction_turns_at_most_once_a_stabilisation_window() => Trials.Sample(trial =>
    {
        var levels = trial.Run();
        var window = (int)(Level.Stabilize / Round);
        var turns = new List<int>();
        var last = 0;
        for (var round = 1; round < levels.Count; round++)
        {
            var direction = Math.Sign(levels[round] - levels[round - 1]);
            if (direction != 0 && last != 0 && direction != last)
            {
                turns.Add(round);
            }

            last = direction == 0 ? last : direction;
        }

        return turns.Zip(turns.Skip(1)).All(pair => pair.Second - pair.First >= window);
    });

    [Fact]
    public void With_a_target_alone_a_constant_load_never_turns_it_back() =>
        Trials.Where(trial => trial.Policies.Length == 1).Sample(trial =>
    {
        var levels = trial.Run();
        return levels.SequenceEqual(levels.Order()) || levels.SequenceEqual(levels.OrderDescending());
    });

    [Fact]
    public void A_queue_drains_to_zero_and_its_first_item_brings_the_first_instance_back()
    {
        var work = Readings.Policy(new PolicyRule.Backlog { Metric = "queue", PerInstance = 100 });
        var readings = new Readings();
        var (level, queue, levels) = (0, 0.0, new List<int>());
        for (var round = 0; round < 400; round++)
        {
            queue = round == 100 ? 340 : Math.Max(0, queue - (level * 2));
            var now = Some.Now + (Round * round);
            readings.With("queue", now, queue);
            var context = readings.At(level) with { Now = now };
            level = Meeting.Of(
                level, new(0, 10, null), Voice.Of(work, Recommender.Recommend(work, context).Recommendation)).Wanted;
            levels.Add(level);
        }

        Assert.Equal((0, 4, 0), (levels[99], levels[100], levels[^1]));
    }

    private sealed record Trial(
        int Start, double Load, TimeSpan Boot, double Saturation, bool IsOneNumber, ImmutableArray<Policy> Policies)
    {
        /// <summary>The level after each round.</summary>
        public List<int> Run()
        {
            var readings = new List<Reading>();
            var memories = Policies.Select(_ => PolicyMemory.None).ToArray();
            var upAt = Enumerable.Repeat(Some.Now, Start).ToList();
            var levels = new List<int> { Start };
            for (var round = 0; round < Rounds; round++)
            {
                var now = Some.Now + (Round * round);
                var running = upAt.Count(at => at <= now);
                if (running > 0)
                {
                    readings.Add(new(now, Math.Min(Saturation, Load / running), IsOneNumber ? 0 : running));
                }

                // As long as readings are kept.
                readings.RemoveAll(reading => now - reading.At > TimeSpan.FromHours(1));
                var level = Meet(new Kept([.. readings]), memories, levels[^1], running, now);
                upAt.AddRange(Enumerable.Repeat(now + Boot, Math.Max(0, level - upAt.Count)));

                // Those that are coming up go first, as a group scales in.
                upAt.Sort();
                upAt.RemoveRange(level, upAt.Count - level);
                levels.Add(level);
            }

            return levels;
        }

        private int Meet(Kept readings, PolicyMemory[] memories, int level, int running, DateTimeOffset now)
        {
            var said = Policies.Select((policy, index) => Recommender.Recommend(policy, new()
            {
                Now = now,
                Desired = level,
                Running = running,
                BootTime = Boot,
                Memory = memories[index],
                Readings = readings,
            })).ToArray();
            var voices = Policies.Zip(said, (policy, one) => Voice.Of(policy, one.Recommendation)).ToArray();
            var meeting = Meeting.Of(level, Frame, voices);
            for (var index = 0; index < memories.Length; index++)
            {
                memories[index] = meeting.Remember(voices[index], memories[index], said[index].Memory);
            }

            return meeting.Wanted;
        }
    }

    private sealed class Kept(ImmutableArray<Reading> readings) : IReadings
    {
        // Of one metric; how many were up beside it nobody has kept here.
        public ReadOnlySpan<Reading> Recent(string metric) => metric.StartsWith('@') ? [] : readings.AsSpan();

        public ReadOnlySpan<Reading> Hours(string metric) => [];
    }
}
