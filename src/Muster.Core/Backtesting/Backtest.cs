using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Metrics;
using Muster.Core.Schedules;
using Muster.Core.Steering;

namespace Muster.Core.Backtesting;

/// <summary>
/// What policies would have done: replays loads through the code that runs in every round. A closed loop: what the policies want is
/// launched, is up after its boot time, and shares the load. Pure.
/// </summary>
/// <remarks>
/// A queue is replayed as long as it was: more instances do not empty it sooner. Brakes, clouds that refuse, and persons play no part.
/// </remarks>
public static class Backtest
{
    /// <summary>Most rounds: enough for five weeks by the minute, and done in seconds.</summary>
    public const int RoundsMax = 60_000;

    // The rounds of a server; a longer replay has its rounds further apart, up to what readings may be old.
    private static readonly TimeSpan IntervalMin = TimeSpan.FromSeconds(15);

    /// <summary>Replays loads through policies.</summary>
    /// <param name="setting">What they are replayed on.</param>
    /// <param name="policies">All that are followed together; those that only recommend are taken as if they were on.</param>
    /// <exception cref="InputException">
    /// There is no load or too much of it, a policy reads a metric that there is no load for, or a bound makes no sense.
    /// </exception>
    public static BacktestResult Run(BacktestSetting setting, ImmutableArray<Policy> policies)
    {
        ArgumentNullException.ThrowIfNull(setting);
        Check(setting, policies);
        return new Replay(setting, [.. policies.Where(policy => policy.Mode is not PolicyMode.Off).Select(Followed)]).Run();
    }

    /// <summary>How much of a load one instance carries by a policy's own numbers; null where it has none.</summary>
    public static double? EachCarries(PolicyRule rule) => rule switch
    {
        PolicyRule.Target target => target.Value,
        PolicyRule.Predictive predictive => predictive.Value,
        PolicyRule.Backlog backlog => backlog.PerInstance,
        PolicyRule.Step { IsAbove: true } step => step.Threshold,
        _ => null,
    };

    /// <summary>How far apart the rounds of a replay are.</summary>
    internal static TimeSpan IntervalOf(TimeSpan span)
    {
        var seconds = Math.Ceiling(span.TotalSeconds / RoundsMax / IntervalMin.TotalSeconds) * IntervalMin.TotalSeconds;
        return TimeSpan.FromSeconds(Math.Max(IntervalMin.TotalSeconds, seconds));
    }

    private static Policy Followed(Policy policy) => policy.Mode is PolicyMode.Recommend ? policy with { Mode = PolicyMode.On } : policy;

    private static void Check(BacktestSetting setting, ImmutableArray<Policy> policies)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var known = setting.Loads.Select(load => load.Metric).ToHashSet(StringComparer.Ordinal);
        foreach (var load in setting.Loads)
        {
            if (load.Readings.Length is 0 or > ReplayedLoad.ReadingsMax)
            {
                errors.Add(new(load.Metric, Text(load.Readings.Length), $"1 to {ReplayedLoad.ReadingsMax} readings"));
            }
            else if (load.Readings[^1].At - load.Readings[0].At > ReplayedLoad.SpanMax)
            {
                var days = (load.Readings[^1].At - load.Readings[0].At).TotalDays;
                errors.Add(new(
                    load.Metric, Text((int)days), $"at most {ReplayedLoad.SpanMax.TotalDays} days from the first reading to the last"));
            }
        }

        foreach (var metric in policies.SelectMany(policy => policy.Rule.Metrics).Distinct().Where(metric => !known.Contains(metric)))
        {
            errors.Add(new("metric", metric, $"one that there is a load for: {string.Join(", ", known.Order(StringComparer.Ordinal))}"));
        }

        if (setting.Loads.IsEmpty)
        {
            errors.Add(new("loads", null, "at least one"));
        }

        if (setting.Min < 0 || setting.Max < setting.Min)
        {
            errors.Add(new("min", Text(setting.Min), $"0 to max, which is {setting.Max}"));
        }

        if (setting.EachCarries is { } each && !(each > 0 && double.IsFinite(each)))
        {
            errors.Add(new("each_carries", each.ToString(CultureInfo.InvariantCulture), "a number above 0"));
        }

        InputException.ThrowIfAny(errors);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Replay
    {
        private readonly BacktestSetting _setting;
        private readonly ImmutableArray<Policy> _policies;
        private readonly PolicyMemory[] _memories;
        private readonly ForecastMemory _forecasts = new();
        private readonly ReplayReadings _readings = new();
        private readonly LoadCursor[] _loads;
        private readonly ReplayedCapacity _capacity;
        private readonly double? _each;
        private int _wanted;

        public Replay(BacktestSetting setting, ImmutableArray<Policy> policies)
        {
            (_setting, _policies) = (setting, policies);
            _memories = [.. policies.Select(_ => PolicyMemory.None)];
            _loads = [.. setting.Loads.Select(load => new LoadCursor(load))];
            _wanted = Math.Clamp(setting.Level, setting.Min, setting.Max);
            _capacity = new(_wanted, setting.BootTime);
            _each = setting.EachCarries
                ?? policies.Where(policy => policy.Rule.Metrics.Contains(setting.Loads[0].Metric))
                    .Select(policy => EachCarries(policy.Rule)).FirstOrDefault(each => each > 0);
        }

        public BacktestResult Run()
        {
            var (from, to) = (_loads.Min(load => load.From), _loads.Max(load => load.To));
            var interval = IntervalOf(to - from);
            var steps = ImmutableArray.CreateBuilder<BacktestStep>();
            var (hours, lacking, unread, changes, reversals, highest, way) = (0.0, TimeSpan.Zero, TimeSpan.Zero, 0, 0, 0, 0);
            for (var now = from; now <= to; now += interval)
            {
                var before = _wanted;
                var step = Round(now);
                steps.Add(step);
                hours += interval.TotalHours * _capacity.All;
                lacking += step.Needed > step.Up ? interval : TimeSpan.Zero;
                unread += step.Load is null ? interval : TimeSpan.Zero;
                highest = Math.Max(highest, step.Up);
                if (Math.Sign(_wanted - before) is not 0 and var sign)
                {
                    changes++;
                    reversals += way != 0 && sign != way ? 1 : 0;
                    way = sign;
                }
            }

            return new()
            {
                Steps = steps.ToImmutable(),
                Interval = interval,
                InstanceHours = hours,
                TooFewFor = _each is null ? null : lacking,
                Unread = unread,
                Changes = changes,
                Reversals = reversals,
                Highest = highest,
            };
        }

        private BacktestStep Round(DateTimeOffset now)
        {
            _capacity.Pass(now);
            double? total = null;
            for (var i = 0; i < _loads.Length; i++)
            {
                if (_loads[i].At(now) is { } reading && Shared(reading, now) is var (shared, all))
                {
                    total = i == 0 ? all : total;
                    if (shared is { } seen)
                    {
                        _readings.Add(_loads[i].Metric, seen);
                    }
                }
            }

            int? needed = total is { } load && _each is { } each ? Figure.Ceiling(load / each) : null;
            var up = _capacity.Up;
            var moved = Steer(now);
            return new(now, total, needed, _wanted, up, moved);
        }

        /// <summary>A reading as those that are up would give it, none if none is, and what all together had to do.</summary>
        private (Reading? Seen, double Total) Shared(Reading reading, DateTimeOffset now)
        {
            if (reading.Instances == 0)
            {
                return (reading with { At = now }, reading.Value);
            }

            var total = reading.Value * reading.Instances;
            return (_capacity.Up > 0 ? new(now, total / _capacity.Up, _capacity.Up) : null, total);
        }

        private string? Steer(DateTimeOffset now)
        {
            var frame = FrameAt(now);
            var level = frame.Clamp(_wanted);
            var moved = level == _wanted ? null : "the schedule";
            var voices = new Voice[_policies.Length];
            var after = new PolicyMemory[_policies.Length];
            for (var i = 0; i < voices.Length; i++)
            {
                (var recommendation, after[i]) = Recommender.Recommend(_policies[i], new()
                {
                    Now = now,
                    Desired = level,
                    Running = _capacity.Up,
                    BootTime = _setting.BootTime,
                    Memory = _memories[i],
                    Readings = _readings,
                    Forecasts = _forecasts,
                });
                voices[i] = Voice.Of(_policies[i], recommendation);
            }

            var meeting = Meeting.Of(level, frame, voices);
            for (var i = 0; i < voices.Length; i++)
            {
                _memories[i] = meeting.Remember(voices[i], _memories[i], after[i]);
            }

            _wanted = Math.Clamp(meeting.Wanted, _setting.Min, _setting.Max);
            _capacity.Move(_wanted, now);
            return meeting.Moves ? meeting.Conclusion : moved;
        }

        /// <summary>The person's bounds, narrowed by the schedules that are followed.</summary>
        private Frame FrameAt(DateTimeOffset now)
        {
            var (min, max, floor) = (_setting.Min, _setting.Max, 0);
            foreach (var policy in _policies)
            {
                if (policy.Rule is PolicyRule.Calendar calendar)
                {
                    var frame = calendar.Schedule.FrameAt(now).Frame;
                    max = policy.Mode is PolicyMode.On ? Math.Max(_setting.Min, Math.Min(max, frame.Max ?? max)) : max;
                    min = Math.Max(min, frame.Min ?? 0);
                    floor = Math.Max(floor, frame.Floor ?? 0);
                }
            }

            return new(Math.Min(min, max), max, floor);
        }
    }

    /// <summary>Walks along one load: a reading stands until the next, unless there is a gap.</summary>
    private sealed class LoadCursor(ReplayedLoad load)
    {
        private readonly TimeSpan _stands = StandsFor(load.Readings);
        private int _next;

        public string Metric => load.Metric;

        public DateTimeOffset From => load.Readings[0].At;

        public DateTimeOffset To => load.Readings[^1].At;

        public Reading? At(DateTimeOffset now)
        {
            while (_next < load.Readings.Length && load.Readings[_next].At <= now)
            {
                _next++;
            }

            return _next > 0 && now - load.Readings[_next - 1].At <= _stands ? load.Readings[_next - 1] : null;
        }

        /// <summary>Twice as long as usual is a gap.</summary>
        private static TimeSpan StandsFor(ImmutableArray<Reading> readings)
        {
            var gaps = readings.Zip(readings.Skip(1), (one, next) => next.At - one.At).Order().ToArray();
            var usual = gaps.Length == 0 ? IntervalMin : gaps[gaps.Length / 2];
            return usual < IntervalMin ? 2 * IntervalMin : 2 * usual;
        }
    }
}
