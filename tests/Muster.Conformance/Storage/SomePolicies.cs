using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Claims;
using Muster.Core.Metrics;
using Muster.Core.Schedules;
using Muster.Core.Steering;

namespace Muster.Conformance.Storage;

/// <summary>Makes policies, and what comes of them, of which a test names only what matters.</summary>
public static class SomePolicies
{
    /// <summary>Numbers that a careless way of writing would spoil.</summary>
    public static readonly ImmutableArray<double> Numbers =
        [0, 0.1, 1.0 / 3, 80, -273.15, 1E-05, 1E+21, double.MaxValue, double.Epsilon, -double.MaxValue, Math.PI];

    private static readonly TimeSpan Odd = TimeSpan.FromMicroseconds(61_000_001);

    /// <summary>One policy of each kind, by name, in which nothing is at its default.</summary>
    public static ImmutableArray<Policy> OfEachKind { get; } =
    [
        Of("a-schedule", new PolicyRule.Calendar(new Schedule
        {
            Zone = "Europe/Berlin",
            Windows = [new("Mon-Fri 08:00-18:00"), new("0 8 * * 1-5 for 10h")],
            Inside = new(Min: 3, Max: 9, Floor: 4),
            Outside = new(Min: null, Max: 0, Floor: null),
        })),
        Of("b-step", new PolicyRule.Step
        {
            Metric = "größe 🦆",
            IsAbove = true,
            Threshold = 1E-05,
            For = Odd,
            Steps =
            [
                new(0, 10.5, new(AdjustmentKind.Add, 2)),
                new(10.5, 1E+21, new(AdjustmentKind.Percent, 30)),
                new(1E+21, To: null, new(AdjustmentKind.Exact, 9)),
            ],
            Cooldown = Odd,
            MaxAge = Odd,
        }) with { Mode = PolicyMode.GrowOnly, Version = 1 },
        Of("c-target", new PolicyRule.Target
        {
            Metric = "cpu",
            Value = 1.0 / 3,
            IsTotal = true,
            Tolerance = 0.15,
            Stabilize = Odd,
            Warmup = Odd,
            GrowMax = new(50, IsPercent: true),
            ShrinkMax = new(2, IsPercent: false),
            MaxAge = Odd,
        }) with { Mode = PolicyMode.Recommend },
        Of("d-backlog", new PolicyRule.Backlog
        {
            Metric = "queue",
            PerInstance = 0.1,
            AgeMetric = "oldest",
            AgeMax = Odd,
            EmptyFor = Odd,
            Stabilize = Odd,
            GrowMax = new(5, IsPercent: false),
            ShrinkMax = new(10, IsPercent: true),
            MaxAge = Odd,
        }) with { Mode = PolicyMode.Off },
        Of("e-predictive", new PolicyRule.Predictive { Metric = "cpu", Value = 60, IsTotal = true, Ahead = Odd, MaxAge = Odd }),
        Of("f-receiver", new PolicyRule.Receiver
        {
            SecretHash = new string('0', 62) + "af",
            OnAlarm = new(AdjustmentKind.Percent, 30),
            Cooldown = Odd,
            StandsFor = Odd,
            Metric = "told",
            MaxAge = Odd,
        }),
    ];

    /// <summary>A state in which nothing is at its default.</summary>
    public static SteeringState FullState { get; } = new()
    {
        EvaluatedAt = Some.Start.AddMicroseconds(3),
        Conclusion = Some.Unicode,
        Boots = new(Odd, Some.Start.AddMicroseconds(4)),
        Outcomes =
        [
            new(
                "b-step",
                new Recommendation.Wants(7) { Reason = Some.Unicode, Reading = new(Some.Start.AddMicroseconds(1), 1E-05, 5) },
                new() { MovedAt = Some.Start.AddMicroseconds(2), MovedTo = 7 }),
            new("c-target", new Recommendation.Content { Reason = "80 of 80", Reading = new(Some.Start, 80) }, PolicyMemory.None),
            new("d-backlog", new Recommendation.Blind { Reason = "no reading" }, PolicyMemory.None),
            new(
                "f-receiver",
                Recommendation: null,
                new() { Word = new(Desired: null, Some.Start.AddMicroseconds(5), Some.Unicode) }),
        ],
    };

    /// <summary>A step policy of a name.</summary>
    public static Policy Named(string name) => Of(name, new PolicyRule.Step
    {
        Metric = "cpu", IsAbove = true, Threshold = 80, Steps = [new(0, To: null, new(AdjustmentKind.Percent, 30))],
    });

    /// <summary>A policy that only frames.</summary>
    public static Policy Schedule(string name) => OfEachKind[0] with { Name = name };

    /// <summary>What steering claims.</summary>
    public static Claim Claims(int desired, string author = "b-step") => new()
    {
        Source = Claim.Steering, Author = author, Desired = desired, Reason = "cpu: 91 of 80", Since = Some.Start,
    };

    /// <summary>A chunk with a reading every 15 seconds.</summary>
    public static ReadingChunk Chunk(
        GroupId group, string metric = "cpu", Resolution resolution = Resolution.Raw, DateTimeOffset? at = null, int count = 4)
    {
        var startsAt = ReadingChunk.StartOf(resolution, at ?? Some.Start);
        return new(
            group,
            metric,
            resolution,
            startsAt,
            [.. Enumerable.Range(0, count).Select(number => new Reading(
                startsAt.AddSeconds(15 * number).AddMicroseconds(number), Numbers[number % Numbers.Length], number))]);
    }

    private static Policy Of(string name, PolicyRule rule) => new()
    {
        Name = name,
        Rule = rule,
        Version = 1,
        CreatedAt = Some.Start.AddMicroseconds(1),
        UpdatedAt = Some.Start.AddMicroseconds(2),
    };
}
