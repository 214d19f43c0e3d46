using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Steering;

/// <summary>What holds whatever sources say: silent, lying, flapping, late or from the future.</summary>
public sealed class SteeringLawsTests
{
    private static readonly string[] Metrics = ["cpu", "queue", "age"];

    private static readonly double[] Oddities =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1, 0, 1e-300, double.MaxValue, double.MinValue,
    ];

    private static readonly Gen<double> Values = Gen.Frequency(
        (6, Gen.Double[0, 150]), (2, Gen.Int[0, 500].Select(value => (double)value)), (1, Gen.OneOf(Oddities)));

    private static readonly Gen<Readings> AnyReadings =
        from series in Gen.Select(Gen.Int[15, 400], Gen.Int[-600, 900], Gen.Select(Values, Gen.Int[0, 8]).Array[0, 60]).Array[3]
        select Of(series);

    private static readonly Gen<TimeSpan> Times = Gen.Int[0, 600].Select(seconds => TimeSpan.FromSeconds(seconds));

    // Without limits of a step, which are there to be moved on from by the next round.
    private static readonly Gen<PolicyRule> Rules = Gen.OneOf<PolicyRule>(
        from isAbove in Gen.Bool
        from threshold in Gen.Double[0, 100]
        from time in Times
        from cooldown in Times
        from kind in Gen.Enum<AdjustmentKind>()
        from value in Gen.Int[-50, 50]
        select new PolicyRule.Step
        {
            Metric = "cpu",
            IsAbove = isAbove,
            Threshold = threshold,
            For = time,
            Cooldown = cooldown,
            Steps = [new(0, null, new(kind, value))],
        },
        from value in Gen.Double[0.1, 100]
        from isTotal in Gen.Bool
        from time in Times
        select new PolicyRule.Target { Metric = "cpu", Value = value, IsTotal = isTotal, Stabilize = time },
        from value in Gen.Double[0.1, 100]
        from isAged in Gen.Bool
        from time in Times
        select new PolicyRule.Backlog
        {
            Metric = "queue",
            PerInstance = value,
            AgeMetric = isAged ? "age" : null,
            AgeMax = isAged ? time : null,
            Stabilize = time,
            EmptyFor = time,
        },
        Gen.Const(new PolicyRule.Receiver { SecretHash = "00" }));

    private static readonly Gen<PolicyMemory> Memories =
        from moved in Gen.Int[-900, 900]
        from told in Gen.Int[-9, 20]
        select new PolicyMemory
        {
            MovedAt = moved > 300 ? null : Some.Now.AddSeconds(moved),
            MovedTo = 3,
            Word = told < -5 ? null : new(told < 0 ? null : told, Some.Now.AddMinutes(-told), "called"),
        };

    private static readonly Gen<World> Worlds =
        from readings in AnyReadings
        from policies in Gen.Select(Rules, Gen.Enum<PolicyMode>(), Memories).Array[1, 4]
        from level in Gen.Int[0, 12]
        from running in Gen.Int[0, 12]
        from min in Gen.Int[0, 6]
        from spread in Gen.Int[0, 30]
        from boot in Gen.Int[0, 300]
        select new World(
            readings,
            [.. policies.Select((policy, index) => (Readings.Policy(policy.Item1, policy.Item2, $"p{index}"), policy.Item3))],
            Math.Clamp(level, min, min + spread),
            running,
            new(min, min + spread, Floor: null),
            TimeSpan.FromSeconds(boot));

    [Fact]
    public void What_is_wanted_lies_within_the_frame() => Worlds.Sample(world =>
    {
        var meeting = world.Meet().Meeting;
        return meeting.Wanted >= world.Frame.Min && meeting.Wanted <= world.Frame.Max;
    });

    [Fact]
    public void Nothing_shrinks_while_one_that_is_followed_is_blind() => Worlds.Sample(world =>
    {
        var (meeting, voices, _) = world.Meet();
        var isBlind = voices.Any(voice => voice.IsFollowed && voice.Recommendation is Recommendation.Blind);
        return !isBlind || meeting.Wanted >= world.Level;
    });

    [Fact]
    public void Nothing_moves_by_what_is_not_followed() => Worlds.Sample(world =>
    {
        var followed = world with { Policies = [.. world.Policies.Where(policy => policy.Policy.IsFollowed)] };
        return followed.Meet().Meeting == world.Meet().Meeting;
    });

    [Fact]
    public void The_order_of_policies_says_nothing() => Worlds.Sample(world =>
        (world with { Policies = [.. world.Policies.Reverse()] }).Meet().Meeting == world.Meet().Meeting);

    [Fact]
    public void A_second_evaluation_on_the_result_moves_nothing() => Worlds.Sample(world =>
    {
        var (meeting, _, memories) = world.Meet();
        var again = world with
        {
            Level = meeting.Wanted,
            Policies = [.. world.Policies.Zip(memories, (policy, memory) => (policy.Policy, memory))],
        };
        var second = again.Meet().Meeting;

        // From zero another one may bring the first: only then has a mean anything to say.
        return !second.Moves
            || world.Level == 0 ? true
            : throw new InvalidOperationException($"{meeting.Level}: {meeting.Conclusion}; then {second.Conclusion}");
    });

    private static Readings Of((int Step, int Ends, (double Value, int Instances)[] Values)[] series)
    {
        var readings = new Readings();
        foreach (var (metric, (step, ends, values)) in Metrics.Zip(series))
        {
            for (var index = 0; index < values.Length; index++)
            {
                // Most end a little before now, some after it.
                var at = Some.Now.AddSeconds(-Math.Max(ends, -60) - (step * (values.Length - 1 - index)));
                readings.With(metric, at, values[index].Value, values[index].Instances);
            }
        }

        return readings;
    }

    private sealed record World(
        Readings Readings, ImmutableArray<(Policy Policy, PolicyMemory Memory)> Policies, int Level, int Running, Frame Frame,
            TimeSpan Boot)
    {
        public (Meeting Meeting, ImmutableArray<Voice> Voices, ImmutableArray<PolicyMemory> Memories) Meet()
        {
            var said = Policies
                .Select(policy => Recommender.Recommend(policy.Policy, Readings.At(Level, Running, policy.Memory, Boot)))
                .ToImmutableArray();
            var voices = Policies.Zip(said, (policy, one) => Voice.Of(policy.Policy, one.Recommendation)).ToImmutableArray();
            var meeting = Meeting.Of(Level, Frame, voices.AsSpan());
            return (
                meeting,
                voices,
                [.. Policies.Select((policy, index) => meeting.Remember(voices[index], policy.Memory, said[index].Memory))]);
        }
    }
}
