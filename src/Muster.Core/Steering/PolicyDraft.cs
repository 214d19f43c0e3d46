using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Placements;
using Muster.Core.Schedules;

namespace Muster.Core.Steering;

/// <summary>
/// A policy as a person writes it: every field of every kind, null where nothing is said. API, CLI, TOML and Terraform all go through it
/// (<see cref="PolicyRules"/>). Times are written as <see cref="DurationText"/>. Of lists, the default is nothing said.
/// </summary>
public sealed record PolicyDraft
{
    /// <summary>Unique among the group's policies.</summary>
    public string? Name { get; init; }

    /// <summary>One of <see cref="PolicyWords.Kinds"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>One of <see cref="PolicyWords.Modes"/>; on unless said, and recommend for a forecast.</summary>
    public string? Mode { get; init; }

    /// <summary>What it reads.</summary>
    public string? Metric { get; init; }

    /// <summary>Step: speaks up above that.</summary>
    public double? Above { get; init; }

    /// <summary>Step: speaks up below that.</summary>
    public double? Below { get; init; }

    /// <summary>Step: how long it must have been so; a single reading unless said.</summary>
    public string? For { get; init; }

    /// <summary>Step: how many more, or how many percent: <c>2</c>, <c>30%</c>.</summary>
    public string? Add { get; init; }

    /// <summary>Step: how many fewer, or how many percent: <c>1</c>, <c>10%</c>.</summary>
    public string? Remove { get; init; }

    /// <summary>Step: how many there are to be.</summary>
    public double? Set { get; init; }

    /// <summary>Step: what is done by how far the threshold is passed: <c>0..10: +1</c>, <c>10..: +30%</c>.</summary>
    public ImmutableArray<string> Steps { get; init; }

    /// <summary>Step and receiver: how long it rests after a move.</summary>
    public string? Cooldown { get; init; }

    /// <summary>Target and predictive: the value for each instance.</summary>
    public double? Target { get; init; }

    /// <summary>Target and predictive: whether the metric is the sum of the whole group.</summary>
    public bool? Total { get; init; }

    /// <summary>Target: how far from the target nothing is done, as a part of it: 0.1.</summary>
    public double? Tolerance { get; init; }

    /// <summary>Target and backlog: how long fewer must have been enough.</summary>
    public string? Stabilize { get; init; }

    /// <summary>Target: how long a new instance's values say nothing.</summary>
    public string? Warmup { get; init; }

    /// <summary>Target and backlog: most that one round adds: <c>3</c>, <c>50%</c>.</summary>
    public string? GrowMax { get; init; }

    /// <summary>Target and backlog: most that one round takes away.</summary>
    public string? ShrinkMax { get; init; }

    /// <summary>Backlog: how much waiting work each instance takes on.</summary>
    public double? PerInstance { get; init; }

    /// <summary>Backlog: the age of the oldest item, in seconds.</summary>
    public string? AgeMetric { get; init; }

    /// <summary>Backlog: from which age one more is wanted.</summary>
    public string? AgeMax { get; init; }

    /// <summary>Backlog: how long the queue must have been empty before the group goes to zero.</summary>
    public string? EmptyFor { get; init; }

    /// <summary>Predictive: how far ahead it looks.</summary>
    public string? Ahead { get; init; }

    /// <summary>Schedule: its windows; see <see cref="Window"/>.</summary>
    public ImmutableArray<string> Windows { get; init; }

    /// <summary>Schedule: the IANA name of the time zone.</summary>
    public string? Zone { get; init; }

    /// <summary>Schedule: no fewer while a window is open.</summary>
    public double? InsideMin { get; init; }

    /// <summary>Schedule: no more while a window is open.</summary>
    public double? InsideMax { get; init; }

    /// <summary>Schedule: the level is no lower while a window is open.</summary>
    public double? InsideFloor { get; init; }

    /// <summary>Schedule: no fewer while none is.</summary>
    public double? OutsideMin { get; init; }

    /// <summary>Schedule: no more while none is.</summary>
    public double? OutsideMax { get; init; }

    /// <summary>Schedule: the level is no lower while none is.</summary>
    public double? OutsideFloor { get; init; }

    /// <summary>Receiver: what an alarm does: <c>+1</c>, <c>+30%</c>, <c>5</c>.</summary>
    public string? OnAlarm { get; init; }

    /// <summary>Receiver: how long a number that it was told stands.</summary>
    public string? StandsFor { get; init; }

    /// <summary>Step, target and backlog: how old a reading may be.</summary>
    public string? MaxAge { get; init; }

    /// <summary>The draft that makes that policy.</summary>
    public static PolicyDraft Of(Policy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var draft = new PolicyDraft
        {
            Name = policy.Name,
            Kind = PolicyWords.Kind(policy.Rule),
            Mode = PolicyWords.Mode(policy.Mode),
        };
        return policy.Rule switch
        {
            PolicyRule.Calendar calendar => Of(draft, calendar.Schedule),
            PolicyRule.Step step => Of(draft, step),
            PolicyRule.Target target => draft with
            {
                Metric = target.Metric,
                Target = target.Value,
                Total = target.IsTotal,
                Tolerance = target.Tolerance,
                Stabilize = Text(target.Stabilize),
                Warmup = Text(target.Warmup),
                GrowMax = Text(target.GrowMax),
                ShrinkMax = Text(target.ShrinkMax),
                MaxAge = Text(target.MaxAge),
            },
            PolicyRule.Backlog backlog => draft with
            {
                Metric = backlog.Metric,
                PerInstance = backlog.PerInstance,
                AgeMetric = backlog.AgeMetric,
                AgeMax = Text(backlog.AgeMax),
                EmptyFor = Text(backlog.EmptyFor),
                Stabilize = Text(backlog.Stabilize),
                GrowMax = Text(backlog.GrowMax),
                ShrinkMax = Text(backlog.ShrinkMax),
                MaxAge = Text(backlog.MaxAge),
            },
            PolicyRule.Predictive predictive => draft with
            {
                Metric = predictive.Metric,
                Target = predictive.Value,
                Total = predictive.IsTotal,
                Ahead = Text(predictive.Ahead),
            },
            PolicyRule.Receiver receiver => draft with
            {
                OnAlarm = receiver.OnAlarm.ToString(),
                Cooldown = Text(receiver.Cooldown),
                StandsFor = Text(receiver.StandsFor),
                Metric = receiver.Metric,
            },
            _ => throw new ArgumentException($"a rule {policy.Rule}", nameof(policy)),
        };
    }

    private static PolicyDraft Of(PolicyDraft draft, Schedule schedule) => draft with
    {
        Windows = [.. schedule.Windows.Select(window => window.Text)],
        Zone = schedule.Zone,
        InsideMin = schedule.Inside.Min,
        InsideMax = schedule.Inside.Max,
        InsideFloor = schedule.Inside.Floor,
        OutsideMin = schedule.Outside.Min,
        OutsideMax = schedule.Outside.Max,
        OutsideFloor = schedule.Outside.Floor,
    };

    private static PolicyDraft Of(PolicyDraft draft, PolicyRule.Step step)
    {
        draft = draft with
        {
            Metric = step.Metric,
            Above = step.IsAbove ? step.Threshold : null,
            Below = step.IsAbove ? null : step.Threshold,
            For = Text(step.For),
            Cooldown = Text(step.Cooldown),
            MaxAge = Text(step.MaxAge),
        };
        return step.Steps is not [{ From: 0, To: null, Adjustment: var only }]
            ? draft with { Steps = [.. step.Steps.Select(StepText.Of)] }
            : only switch
            {
                { Kind: AdjustmentKind.Exact } => draft with { Set = only.Value },
                { Value: > 0 } => draft with { Add = only.ToString()[1..] },
                _ => draft with { Remove = only.ToString()[1..] },
            };
    }

    private static string Text(TimeSpan span) => DurationText.Exactly(span);

    private static string? Text(TimeSpan? span) => span is { } some ? DurationText.Exactly(some) : null;

    private static string? Text(Portion? portion) => portion?.ToString();
}
