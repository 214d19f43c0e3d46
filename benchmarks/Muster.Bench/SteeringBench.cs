using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Forecasting;
using Muster.Core.Groups;
using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;

namespace Muster.Bench;

/// <summary>What steering costs: a round of 10,000 groups with two policies each, one evaluation, one forecast.</summary>
internal static class SteeringBench
{
    private const int Groups = 10_000;
    private const int Rounds = 12;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    public static async Task<IEnumerable<Figure>> RunAsync(Func<Task<IStore>> openStore) =>
        [.. await RoundsAsync(openStore), Evaluation(), Forecast()];

    private static async Task<IEnumerable<Figure>> RoundsAsync(Func<Task<IStore>> openStore)
    {
        await using var rig = new EngineRig(await openStore(), TimeSpan.Zero);
        await rig.PrepareAsync();
        for (var group = 0; group < Groups; group++)
        {
            var id = await rig.AddGroupAsync(10, interval: TimeSpan.FromMinutes(1));
            await PutAsync(rig, id.Id, "level", new PolicyRule.Target { Metric = "cpu", Value = 60 });
            await PutAsync(rig, id.Id, "alarm", new PolicyRule.Step
            {
                Metric = "cpu",
                IsAbove = true,
                Threshold = 80,
                For = TimeSpan.FromMinutes(5),
                Steps = [new(0, null, new(AdjustmentKind.Percent, 30))],
            });
        }

        var time = new SetTime();
        await rig.Store.ReportServerAsync(
            new()
            {
                Holder = "bench", Address = "x", Version = "1", StartedAt = time.GetUtcNow(), SeenAt = time.GetUtcNow(),
                EndsAt = time.GetUtcNow().AddDays(1),
            },
            CancellationToken.None);
        var source = new SteadySource();
        using var rounds = new SteeringRounds(
            rig.Store, rig.Store, rig.Store, source, rig.Pulse, new(), time, new SystemRandomSource(), new(), new Silence(), "bench");
        var cpu = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = Cpu();
            await rounds.RoundAsync(TimeSpan.Zero, CancellationToken.None);
            cpu.Add(Cpu() - before);
            time.Pass(Interval);
        }

        // The first rounds read the past and compile; each fourth writes what was read. A minute's mean is what it costs for ever.
        var mean = cpu.Skip(4).Average();
        return
        [
            new(
                $"a steering round of {Groups} groups with two policies each: CPU", mean, "s",
                $"mean of {Rounds - 4} rounds, {cpu.Skip(4).Max():0.00} s at most, every {Interval.TotalSeconds:0} s", mean <= 1, "≤ 1 s"),
            new(
                "  reads of the source in a round", source.Reads / (double)Rounds, "reads", "one for all groups", source.Reads <= Rounds,
                "= 1"),
        ];
    }

    private static Figure Evaluation()
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(60);
        var log = new ReadingLog(default);
        for (var second = 3600; second >= 0; second -= 15)
        {
            log.Add("cpu", new(now.AddSeconds(-second), 60 + (second % 7), 10));
        }

        var policy = new Policy
        {
            Name = "level",
            Rule = new PolicyRule.Target { Metric = "cpu", Value = 60 },
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var context = new PolicyContext { Now = now, Desired = 10, Running = 10, Memory = PolicyMemory.None, Readings = log };
        var each = Timed(20_000, () => Recommender.Recommend(policy, context)) * 1e6;
        return new("one evaluation of a target, its window of 5 minutes among it", each, "µs", "240 readings kept", each <= 20, "≤ 20 µs");
    }

    private static Figure Forecast()
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(60);
        var hours = Enumerable.Range(0, 35 * 24)
            .Select(hour => new Reading(
                now.AddHours(hour - (35 * 24)),
                    100 + (60 * Math.Sin(hour * Math.PI / 12)) + (hour % 168 < 48 ? -40 : 0) + (hour * 31 % 17)))
            .ToArray();
        var readings = new Fixed(hours, [.. hours.TakeLast(1).Select(reading => reading with { At = now })]);
        var rule = new PolicyRule.Predictive { Metric = "load", Value = 10, IsTotal = true };
        var each = Timed(200, () => Predicting.ForecastOf(rule, readings, now)) * 1e3;
        return new("a forecast from five weeks of hours", each, "ms", "840 readings", each <= 50, "≤ 50 ms");
    }

    private static double Timed(int times, Action act)
    {
        for (var i = 0; i < times / 4; i++)
        {
            act();
        }

        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            act();
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds / times;
    }

    private static double Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static Task PutAsync(EngineRig rig, GroupId group, string name, PolicyRule rule)
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(60);
        return rig.Store.PutPolicyAsync(
            group,
            new() { Name = name, Rule = rule, Version = 1, CreatedAt = now, UpdatedAt = now },
            new()
            {
                Id = new(new SystemRandomSource().NextId()),
                Account = rig.Account,
                Group = group,
                Type = ActivityType.Change,
                Status = ActivityStatus.Succeeded,
                Description = name,
                FirstAt = now,
                LastAt = now,
            },
            CancellationToken.None);
    }

    /// <summary>A clock that goes on when it is told to.</summary>
    private sealed class SetTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(60);

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan span) => _now += span;
    }

    /// <summary>Says of every group that it is where it should be.</summary>
    private sealed class SteadySource : IMetricBoard
    {
        public int Reads { get; private set; }

        public ImmutableArray<string> Metrics => ["cpu"];

        public Task<FrozenDictionary<string, ImmutableArray<MetricAnswer>>> ReadAsync(
            IReadOnlyDictionary<string, ImmutableArray<MetricScope>> needs, TimeSpan patience, CancellationToken cancellationToken)
        {
            Reads++;
            return Task.FromResult(needs.ToFrozenDictionary(
                need => need.Key,
                need => need.Value.Select(scope => new MetricAnswer(scope.Group, [new(60)])).ToImmutableArray()));
        }
    }

    private sealed class Silence : ISteeringObserver
    {
        public void OnRound(RoundReport report)
        {
        }

        public void OnFailed(Exception error) => throw new InvalidOperationException("a round failed", error);
    }

    private sealed class Fixed(Reading[] hours, Reading[] recent) : IReadings
    {
        public ReadOnlySpan<Reading> Recent(string metric) => recent;

        public ReadOnlySpan<Reading> Hours(string metric) => hours;
    }
}
