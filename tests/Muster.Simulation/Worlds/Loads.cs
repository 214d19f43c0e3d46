using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>What the groups of a world have to do, and what sources say of it.</summary>
/// <param name="loop">For the time.</param>
/// <param name="random">A stream of its own.</param>
/// <param name="referee">Knows which instances run, and learns what was given.</param>
/// <param name="trace">Told of every change.</param>
internal sealed class Loads(SimulationLoop loop, RandomStream random, Referee referee, Trace trace)
{
    /// <summary>The mean of each instance, one value each.</summary>
    public const string Cpu = "cpu";

    /// <summary>The same as one number.</summary>
    public const string Busy = "busy";

    /// <summary>All that a group has to do.</summary>
    public const string Load = "load";

    /// <summary>Work that waits.</summary>
    public const string Queue = "queue";

    /// <summary>How long the oldest of it has waited, in seconds.</summary>
    public const string Age = "age";

    /// <summary>Goes up and down by itself.</summary>
    public const string Signal = "signal";

    /// <summary>All that a group has to do, pushed by whoever wants to; no source has it.</summary>
    public const string Pushed = "pushed";

    private static readonly string[] Sources = [Cpu, Busy, Load, Queue, Age, Signal];

    private readonly Dictionary<GroupId, GroupLoad> _loads = [];
    private readonly Dictionary<string, SourceMood> _moods = Sources.ToDictionary(name => name, _ => SourceMood.Honest);
    private readonly Dictionary<(string Metric, GroupId Group), MetricAnswer> _last = [];

    /// <summary>Whether load is constant, and sources are honest.</summary>
    public bool IsCalm { get; set; }

    private DateTimeOffset Now => loop.OutsideTime.GetUtcNow();

    /// <summary>Changes loads and moods until told to stop.</summary>
    public async Task LiveAsync(TimeSpan until)
    {
        while (loop.Now < until)
        {
            await Task.Delay(random.NextSpan(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2)), loop.OutsideTime);
            if (random.Chance(0.5))
            {
                var metric = random.Pick(Sources);
                _moods[metric] = random.Chance(0.4) ? SourceMood.Honest : random.Pick(Enum.GetValues<SourceMood>());
                trace.Add("sources", $"{metric} is {_moods[metric]}");
            }

            if (_loads.Count > 0 && random.Chance(0.6))
            {
                var group = random.Pick(_loads.Keys.ToArray());
                _loads[group] = Draw();
                trace.Add("sources", $"{group.ToString()[..4]} has {_loads[group]}");
            }
        }
    }

    /// <summary>Whether an honest source has a value of a metric, for a group of that level.</summary>
    public static bool HasSource(string metric, int level) => Sources.Contains(metric) && (level > 0 || metric is not (Cpu or Busy));

    /// <summary>What a group has to do.</summary>
    public GroupLoad Of(GroupId group)
    {
        if (!_loads.TryGetValue(group, out var load))
        {
            _loads.Add(group, load = Draw());
            trace.Add("sources", $"{group.ToString()[..4]} has {load}");
        }

        return load;
    }

    /// <summary>What the source of a metric answers now.</summary>
    public MetricAnswer Answer(string metric, MetricScope scope)
    {
        var answer = Moody(metric, scope);
        if (NewestOf(metric, answer) is { } at)
        {
            referee.Steering.Given(scope.Group, metric, at);
        }

        return answer;
    }

    /// <summary>How long a read takes: mostly no time, sometimes longer than anybody waits.</summary>
    public TimeSpan DrawDelay(TimeSpan patience) =>
        IsCalm || random.Chance(0.8) ? TimeSpan.FromMilliseconds(random.NextInt(1, 50)) : random.NextSpan(TimeSpan.Zero, patience);

    /// <summary>
    /// How many a policy wants of a group at a level, by the truth, counted by hand; null where it asks for nothing, or where nobody knows.
    /// </summary>
    public int? Wanted(Policy policy, GroupId group, int level)
    {
        var load = Of(group);
        return policy.Rule switch
        {
            PolicyRule.Target { IsTotal: false } when level == 0 => null,
            PolicyRule.Target target => Of(target, load.Work / target.Value, level),
            PolicyRule.Backlog backlog => Least(load.Queue / backlog.PerInstance),
            PolicyRule.Step step => Of(step, load.Signal, level),
            _ => null,
        };
    }

    private static int Of(PolicyRule.Target target, double needed, int level)
    {
        var least = target.IsTotal ? Least(needed) : Math.Max(1, Least(needed));
        return needed > (level * (1 + target.Tolerance)) + 1e-6 || (needed < (level * (1 - target.Tolerance)) - 1e-6 && least < level)
            ? least
            : level;
    }

    private static int? Of(PolicyRule.Step step, double value, int level)
    {
        var excess = step.IsAbove ? value - step.Threshold : step.Threshold - value;
        var chosen = step.Steps.Where(each => excess > 0 && excess >= each.From && !(excess >= each.To)).ToList();
        return chosen is not [var one] ? null : one.Adjustment switch
        {
            (AdjustmentKind.Exact, var count) => count,
            (AdjustmentKind.Add, var count) => Math.Max(0, level + count),
            (_, > 0 and var percent) => level + Math.Max(1, level * percent / 100),
            (_, var percent) => Math.Max(0, level - Math.Max(1, level * -percent / 100)),
        };
    }

    private static int Least(double needed) => (int)Math.Ceiling(needed - 1e-6);

    /// <summary>As of when an answer's newest believable value is; null where none can be believed.</summary>
    private DateTimeOffset? NewestOf(string metric, MetricAnswer answer)
    {
        // What steps go by may be below zero: a temperature, or how much is left of something.
        var mayBeNegative = metric == Signal;
        var samples = answer.Samples;
        return answer.Failure is not null || samples.Any(sample =>
                double.IsInfinity(sample.Value) || (sample.Value < 0 && !mayBeNegative) || sample.At > Now + TimeSpan.FromMinutes(1)
                || (sample.Instance is null && samples.Length > 1))
            || samples.DistinctBy(sample => sample.Instance).Count() < samples.Length
            || samples.Where(sample => !double.IsNaN(sample.Value)).ToList() is not { Count: > 0 } good
                ? null
                : good.Max(sample => sample.At ?? Now);
    }

    private MetricAnswer Moody(string metric, MetricScope scope)
    {
        if (!_moods.TryGetValue(metric, out var mood))
        {
            return new(scope.Group, [], $"there is no metric {metric} here");
        }

        var last = _last.GetValueOrDefault((metric, scope.Group));
        if (IsCalm || mood is not SourceMood.Stuck || last is null)
        {
            _last[(metric, scope.Group)] = new(scope.Group, Truth(metric, scope.Group));
        }

        var truth = _last[(metric, scope.Group)];
        return IsCalm ? truth : mood switch
        {
            SourceMood.Flapping when random.Chance(0.5) => new(scope.Group, [], "it flaps"),
            SourceMood.Silent => new(scope.Group, []),
            SourceMood.Failing => new(scope.Group, [], "it is down"),
            SourceMood.Late => last ?? new(scope.Group, [], "it has not answered"),
            SourceMood.Lying => truth with { Samples = Lie(truth.Samples) },
            _ => truth,
        };
    }

    private ImmutableArray<MetricSample> Truth(string metric, GroupId group)
    {
        var load = Of(group);
        var age = TimeSpan.FromMilliseconds(IsCalm ? 0 : random.NextInt(0, 20_000));
        if (metric is Cpu or Busy)
        {
            var running = referee.RunningOf(group).ToList();
            return running.Count == 0 ? []
                : metric is Busy ? [new(load.Work / running.Count, Instance: null, Now - age)]
                : [.. running.Select(instance => new MetricSample(load.Work / running.Count, instance.Id.ToString(), Now - age))];
        }

        var value = metric switch
        {
            Load => load.Work,
            Queue => load.Queue,
            Age => IsCalm || load.Queue == 0 ? 0 : random.NextInt(0, 200),
            _ => load.Signal,
        };
        return [new(value, Instance: null, random.Chance(0.5) ? Now - age : null)];
    }

    private ImmutableArray<MetricSample> Lie(ImmutableArray<MetricSample> truth)
    {
        var one = truth.IsEmpty ? new MetricSample(1, "i-nobody", Now) : random.Pick(truth.ToArray());
        var rest = truth.Remove(one);
        return random.NextInt(0, 9) switch
        {
            0 => rest.Add(one with { Value = double.NaN }),
            1 => rest.Add(one with { Value = random.Chance(0.5) ? double.PositiveInfinity : double.NegativeInfinity }),
            2 => rest.Add(one with { Value = -one.Value - 1 }),
            3 => rest.Add(one with { At = Now + random.NextSpan(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(20)) }),
            4 => [.. truth, one with { Value = one.Value / 2 }, one],
            5 => rest.Add(one with { Value = double.MaxValue }),
            6 => [.. rest.Select(sample => sample with { Value = double.MaxValue }), one with { Value = double.MaxValue }],
            7 => rest.Add(one with { At = Now - random.NextSpan(TimeSpan.FromSeconds(30), TimeSpan.FromHours(2)) }),
            8 => rest.Add(one with { Value = 0 }),
            _ => rest.Add(one with { Value = one.Value * random.Pick(0.01, 100) }),
        };
    }

    private GroupLoad Draw() => new(
        random.Chance(0.15) ? 0 : random.NextInt(1, 900),
        random.Chance(0.4) ? 0 : random.NextInt(1, 120),
        random.NextInt(0, 100));
}

/// <summary>What a group has to do.</summary>
/// <param name="Work">How much at once; an instance is busy by its part of it.</param>
/// <param name="Queue">How much waits.</param>
/// <param name="Signal">Something else, from 0 to 100.</param>
internal sealed record GroupLoad(double Work, double Queue, double Signal);
