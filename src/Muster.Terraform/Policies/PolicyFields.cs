using System.Collections.Immutable;

using Muster.Api.Policies;
using Muster.Core;
using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Terraform.Findings;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Policies;

/// <summary>Everything that a policy is made of beside its group, name and kind. A new field is an entry here.</summary>
internal static class PolicyFields
{
    private const string Schedule = "schedule";
    private const string Step = "step";
    private const string Target = "target";
    private const string Backlog = "backlog";
    private const string Predictive = "predictive";
    private const string Receiver = "receiver";

    private static readonly string Stabilize = DurationText.Exactly(PolicyRule.StabilizeDefault);
    private static readonly string MaxAge = DurationText.Exactly(PolicyRule.MaxAgeDefault);
    private static readonly string LookBack = DurationText.Exactly(PolicyRules.LookBackMax);

    private static readonly AttributeType.ObjectType Frames = new(
    [
        SchemaAttribute.Optional("min", AttributeType.Number, "No fewer than this."),
        SchemaAttribute.Optional("max", AttributeType.Number, "No more than this."),
        SchemaAttribute.Optional(
            "floor", AttributeType.Number, "The level is no lower than this, within the bounds; unlike `min` it gives way to them."),
    ]);

    /// <summary>In the order of the documentation.</summary>
    public static ImmutableArray<PolicyField> All { get; } =
    [
        new(
            SchemaAttribute.Either("mode", AttributeType.Text,
                "`on`, `grow-only`, `recommend` (computed and shown, never followed) or `off`. "
                + "`on` unless set, for a `predictive` one `recommend`."),
            rule => Value.Of(rule.Mode),
            (input, plan) => input with { Mode = plan.Text("mode") })
        {
            Default = kind => Value.Of(kind == Predictive ? "recommend" : "on"),
            IsSame = Spellings.Mode,
        },
        new(
            SchemaAttribute.Optional("metric", AttributeType.Text,
                "`step`, `target`, `backlog`, `predictive`: what it reads: the name of a metric that the operator configured, or that is "
                + "pushed; `cpu` and `memory` are told by the cloud. `receiver`: what a reading that it is told is kept as."),
            rule => Value.Of(rule.Metric),
            (input, plan) => input with { Metric = plan.Text("metric") }),
        Number(
            "above", "`step`: speaks up above this value. Either this or `below`.",
            rule => rule.Above, (input, number) => input with { Above = number }),
        Number(
            "below", "`step`: speaks up below this value.",
            rule => rule.Below, (input, number) => input with { Below = number }),
        Time(
            "for", $"`step`: how long every reading must have been a breach, `0s` to `{LookBack}`. `0s`, for a single reading, unless set.",
            rule => rule.For, (input, text) => input with { For = text },
            (Step, "0s")),
        new(
            SchemaAttribute.Optional("add", AttributeType.Text,
                "`step`: instances that are added, or a part of the level: `2`, `30%`. One of `add`, `remove`, `set` and `steps`."),
            rule => Value.Of(rule.Add),
            (input, plan) => input with { Add = plan.Text("add") })
        {
            IsSame = Spellings.Addition,
        },
        new(
            SchemaAttribute.Optional("remove", AttributeType.Text, "`step`: instances that are taken away, or a part of the level."),
            rule => Value.Of(rule.Remove),
            (input, plan) => input with { Remove = plan.Text("remove") })
        {
            IsSame = Spellings.Removal,
        },
        new(
            SchemaAttribute.Optional("set", AttributeType.Number, "`step`: the level that is set."),
            rule => Value.Of(rule.Set),
            (input, plan) => input with { Set = plan.Whole("set") }),
        new(
            SchemaAttribute.Optional("steps", AttributeType.Texts,
                $"`step`: 1 to {PolicyRules.StepsMax} steps, by how far the value is passed, without a hole and the last without an end: "
                + "`0..10: +10%`, `10..: +30%`."),
            rule => List(rule.Steps),
            (input, plan) => input with { Steps = Texts(plan, "steps") })
        {
            IsSame = Spellings.Steps,
        },
        Time(
            "cooldown", "`step`, `receiver`: how long it does nothing more after it has moved the level. `5m` unless set.",
            rule => rule.Cooldown, (input, text) => input with { Cooldown = text },
            (Step, "5m"), (Receiver, "5m")),
        Number(
            "target", "`target`, `predictive`: the value for each instance, above 0.",
            rule => rule.Target, (input, number) => input with { Target = number }),
        new(
            SchemaAttribute.Either("total", AttributeType.Flag,
                "`target`, `predictive`: whether the metric is the whole group's sum; otherwise it is the mean of its instances. "
                + "`false` unless set."),
            rule => rule.Total is { } total ? Value.Of(total) : Value.Null,
            (input, plan) => input with { Total = plan.Flag("total") })
        {
            Default = kind => kind is Target or Predictive ? Value.Of(false) : Value.Null,
        },
        new(
            SchemaAttribute.Either("tolerance", AttributeType.Number,
                "`target`: how far from the target nothing is done, as a part of it. `0.1` unless set."),
            rule => Value.OfReal(rule.Tolerance),
            (input, plan) => input with { Tolerance = plan.Real("tolerance") })
        {
            Default = kind => kind is Target ? Value.OfReal(0.1) : Value.Null,
            IsSame = Spellings.Number,
        },
        Time(
            "stabilize",
            $"`target`, `backlog`: the window whose highest recommendation counts for shrinking, `0s` to `{LookBack}`. "
            + $"`{Stabilize}` unless set.",
            rule => rule.Stabilize, (input, text) => input with { Stabilize = text },
            (Target, Stabilize), (Backlog, Stabilize)),
        Time(
            "warmup", "`target`: how long a new instance's values say nothing. As long as the group's instances take to boot unless set.",
            rule => rule.Warmup, (input, text) => input with { Warmup = text }),
        Portion(
            "grow_max", "`target`, `backlog`: most that one round adds: `5`, `50%`. No limit unless set.",
            rule => rule.GrowMax, (input, text) => input with { GrowMax = text }),
        Portion(
            "shrink_max", "`target`, `backlog`: most that one round takes away. No limit unless set.",
            rule => rule.ShrinkMax, (input, text) => input with { ShrinkMax = text }),
        Number(
            "per_instance", "`backlog`: how much waiting work each instance takes on, above 0.",
            rule => rule.PerInstance, (input, number) => input with { PerInstance = number }),
        new(
            SchemaAttribute.Optional("age_metric", AttributeType.Text,
                "`backlog`: the metric of the oldest item's age, in seconds. Together with `age_max`."),
            rule => Value.Of(rule.AgeMetric),
            (input, plan) => input with { AgeMetric = plan.Text("age_metric") }),
        Time(
            "age_max", "`backlog`: the age of the oldest item from which one instance more is wanted.",
            rule => rule.AgeMax, (input, text) => input with { AgeMax = text }),
        Time(
            "empty_for",
            $"`backlog`: how long the queue must have been empty before the group goes to zero, `0s` to `{LookBack}`. "
            + $"`{Stabilize}` unless set.",
            rule => rule.EmptyFor, (input, text) => input with { EmptyFor = text },
            (Backlog, Stabilize)),
        Time(
            "ahead", "`predictive`: how far ahead it looks, `1m` to `1d`. As long as the group's instances take to boot unless set.",
            rule => rule.Ahead, (input, text) => input with { Ahead = text }),
        Time(
            "max_age",
            $"`step`, `target`, `backlog`: how old a reading may be before it says nothing any more, `15s` to `{LookBack}`. "
            + $"`{MaxAge}` unless set.",
            rule => rule.MaxAge, (input, text) => input with { MaxAge = text },
            (Step, MaxAge), (Target, MaxAge), (Backlog, MaxAge)),
        new(
            SchemaAttribute.Optional("windows", AttributeType.Texts,
                $"`schedule`: its windows, 1 to {Core.Schedules.Schedule.WindowsMax}: `Mon-Fri 08:00-18:00`, `0 8 * * 1-5 for 10h`, "
                + "`2026-12-24 18:00 to 2026-12-27 08:00`."),
            rule => List(rule.Windows),
            (input, plan) => input with { Windows = Texts(plan, "windows") })
        {
            IsSame = Spellings.Windows,
        },
        new(
            SchemaAttribute.Either("zone", AttributeType.Text,
                $"`schedule`: the IANA name of its time zone, as `Europe/Berlin`. `{Zones.Default}` unless set."),
            rule => Value.Of(rule.Zone),
            (input, plan) => input with { Zone = plan.Text("zone") })
        {
            Default = kind => kind == Schedule ? Value.Of(Zones.Default) : Value.Null,
        },
        new(
            SchemaAttribute.Optional("inside", Frames, "`schedule`: what holds while a window is open."),
            rule => Frame(rule.Inside),
            (input, plan) => input with { Inside = Frame(plan["inside"]) })
        {
            IsSame = Spellings.Frame,
        },
        new(
            SchemaAttribute.Optional("outside", Frames, "`schedule`: what holds while none is."),
            rule => Frame(rule.Outside),
            (input, plan) => input with { Outside = Frame(plan["outside"]) })
        {
            IsSame = Spellings.Frame,
        },
        new(
            SchemaAttribute.Either("on_alarm", AttributeType.Text,
                "`receiver`: what an alarm that fires does: `+30%`, `+2`, `5`. `+1` unless set."),
            rule => Value.Of(rule.OnAlarm),
            (input, plan) => input with { OnAlarm = plan.Text("on_alarm") })
        {
            Default = kind => kind is Receiver ? Value.Of("+1") : Value.Null,
            IsSame = Spellings.Move,
        },
        Time(
            "stands_for", "`receiver`: how long a number that it was told stands. `1h` unless set.",
            rule => rule.StandsFor, (input, text) => input with { StandsFor = text },
            (Receiver, "1h")),
    ];

    /// <summary>A policy as the API takes it, name and kind included.</summary>
    public static PolicyInput Input(Fields plan) => All.Aggregate(Head(plan), (input, field) => field.Write(input, plan));

    /// <summary>The same, with what cannot be read left out and among the findings.</summary>
    public static PolicyInput Input(Fields config, FindingList findings) => All.Aggregate(
        Head(config),
        (known, field) => findings.Try(AttributePath.Of(field.Name), () => field.Write(known, config)) ?? known);

    /// <summary>What a schedule allows; null where that is nothing.</summary>
    public static FrameInput? Frame(Value value)
    {
        if (value is not Value.Mapping mapping)
        {
            return null;
        }

        var fields = new Fields(mapping);
        var frame = new FrameInput { Min = fields.Whole("min"), Max = fields.Whole("max"), Floor = fields.Whole("floor") };
        return frame == new FrameInput() ? null : frame;
    }

    private static PolicyInput Head(Fields plan) => new() { Name = plan.Text("name"), Kind = plan.Text("kind") };

    private static Value Frame(FrameInput? frame) => frame is null
        ? Value.Null
        : Value.Object(("min", Value.Of(frame.Min)), ("max", Value.Of(frame.Max)), ("floor", Value.Of(frame.Floor)));

    private static Value List(IReadOnlyList<string>? texts) => texts is null ? Value.Null : Value.Of(texts);

    /// <summary>An empty list says as little as none.</summary>
    private static ImmutableArray<string>? Texts(Fields plan, string name) =>
        plan.Texts(name) is { IsEmpty: false } texts ? texts : null;

    private static PolicyField Number(
        string name, string description, Func<PolicyInput, double?> read, Func<PolicyInput, double?, PolicyInput> write) => new(
        SchemaAttribute.Optional(name, AttributeType.Number, description),
        rule => Value.OfReal(read(rule)),
        (input, plan) => write(input, plan.Real(name)))
    {
        IsSame = Spellings.Number,
    };

    private static PolicyField Portion(
        string name, string description, Func<PolicyInput, string?> read, Func<PolicyInput, string?, PolicyInput> write) => new(
        SchemaAttribute.Optional(name, AttributeType.Text, description),
        rule => Value.Of(read(rule)),
        (input, plan) => write(input, plan.Text(name)))
    {
        IsSame = Spellings.Portion,
    };

    private static PolicyField Time(
        string name, string description, Func<PolicyInput, string?> read, Func<PolicyInput, string?, PolicyInput> write,
        params ImmutableArray<(string Kind, string Time)> defaults) => new(
        defaults.IsEmpty
            ? SchemaAttribute.Optional(name, AttributeType.Text, description)
            : SchemaAttribute.Either(name, AttributeType.Text, description),
        rule => Value.Of(read(rule)),
        (input, plan) => write(input, plan.Text(name)))
    {
        Default = kind => Value.Of(defaults.FirstOrDefault(each => each.Kind == kind).Time),
        IsSame = Spellings.Time,
    };
}
