using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Placements;
using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Steering;

public sealed class PolicyRulesTests
{
    private static readonly PolicyDraft Alarm = new(
        ) { Name = "alarm", Kind = "step", Metric = "cpu", Above = 80, For = "5m", Add = "30%" };

    private static readonly PolicyDraft Office = new()
    {
        Name = "office",
        Kind = "schedule",
        Windows = ["Mon-Fri 08:00-18:00"],
        Zone = "Europe/Berlin",
        InsideMin = 3,
        OutsideMax = 0,
    };

    private static readonly PolicyDraft Level = new() { Name = "level", Kind = "target", Metric = "cpu", Target = 60 };
    private static readonly PolicyDraft Work = new() { Name = "work", Kind = "backlog", Metric = "queue", PerInstance = 100 };

    private static readonly Gen<TimeSpan> Times = Gen.Int[60, 3000].Select(seconds => TimeSpan.FromSeconds(seconds));
    private static readonly Gen<double> Numbers = Gen.Double[0.001, 1e12];
    private static readonly Gen<Portion?> Portions = Gen.Int[0, 100].Select(Gen.Bool).Select(
        (value, percent) => value == 0 ? (Portion?)null : new Portion(value, percent));

    private static readonly Gen<Adjustment> Adjustments = Gen.Select(Gen.Enum<AdjustmentKind>(), Gen.Int[1, 100], Gen.Bool).Select(
        (kind, value, isUp) => new Adjustment(kind, kind is AdjustmentKind.Exact || isUp ? value : -value));

    private static readonly Gen<PolicyRule> Rules = Gen.OneOf<PolicyRule>(
        from bounds in Numbers.Array[0, 4]
        from adjustment in Adjustments
        from isAbove in Gen.Bool
        from threshold in Gen.Double[-1e6, 1e6]
        from time in Times
        let ends = bounds.Distinct().Order().Select(bound => (double?)bound).Append(null).ToList()
        select new PolicyRule.Step
        {
            Metric = "cpu",
            IsAbove = isAbove,
            Threshold = threshold,
            For = time,
            Cooldown = time * 2,
            MaxAge = time,
            Steps = [.. ends.Select((end, index) => new PolicyStep(index == 0 ? 0 : ends[index - 1]!.Value, end, adjustment))],
        },
        from value in Numbers
        from isTotal in Gen.Bool
        from tolerance in Gen.Double[0, 0.99]
        from time in Times
        from most in Portions
        select new PolicyRule.Target
        {
            Metric = "cpu",
            Value = value,
            IsTotal = isTotal,
            Tolerance = tolerance,
            Stabilize = time,
            Warmup = isTotal ? null : time,
            GrowMax = most,
            ShrinkMax = most,
            MaxAge = time,
        },
        from value in Numbers
        from isAged in Gen.Bool
        from time in Times
        from most in Portions
        select new PolicyRule.Backlog
        {
            Metric = "queue",
            PerInstance = value,
            AgeMetric = isAged ? "age" : null,
            AgeMax = isAged ? time : null,
            EmptyFor = time,
            Stabilize = time,
            GrowMax = most,
            ShrinkMax = most,
            MaxAge = time,
        },
        from value in Numbers
        from isTotal in Gen.Bool
        from time in Times
        select new PolicyRule.Predictive { Metric = "cpu", Value = value, IsTotal = isTotal, Ahead = isTotal ? time : null },
        from adjustment in Adjustments
        from time in Times
        select new PolicyRule.Receiver { SecretHash = "ab", OnAlarm = adjustment, Cooldown = time, StandsFor = time },
        from min in Gen.Int[0, 9]
        from zone in Gen.OneOf("UTC", "Europe/Berlin")
        select new PolicyRule.Calendar(new()
        {
            Zone = zone,
            Windows = [new("Mon-Fri 08:00-18:00"), new("0 8 * * 6 for 1h30m"), new("2040-12-24 18:00 to 2040-12-27 08:00")],
            Inside = new(min, min + 5, min + 2),
            Outside = new(null, 3, null),
        }));

    [Fact]
    public void What_a_policy_is_written_as_makes_the_same_policy_again() =>
        Gen.Select(Rules, Gen.Enum<PolicyMode>()).Sample((rule, mode) =>
    {
        var policy = Readings.Policy(rule, mode);
        return PolicyRules.Make(PolicyDraft.Of(policy), Some.Now, (rule as PolicyRule.Receiver)?.SecretHash) == policy
            && ReferenceEquals(PolicyRules.Change(policy, new(), Some.Now.AddDays(1)), policy);
    });

    [Fact]
    public void A_few_words_make_a_policy()
    {
        var alarm = Assert.IsType<PolicyRule.Step>(PolicyRules.Make(Alarm, Some.Now).Rule);
        Assert.Equal((true, 80.0, TimeSpan.FromMinutes(5)), (alarm.IsAbove, alarm.Threshold, alarm.For));
        Assert.Equal([new(0, null, new(AdjustmentKind.Percent, 30))], alarm.Steps.AsEnumerable());

        var office = Assert.IsType<PolicyRule.Calendar>(PolicyRules.Make(Office, Some.Now).Rule).Schedule;
        Assert.Equal((new(3, null, null), new(null, 0, null)), (office.Inside, office.Outside));

        Assert.Equal(60, Assert.IsType<PolicyRule.Target>(PolicyRules.Make(Level, Some.Now).Rule).Value);
        Assert.Equal(100, Assert.IsType<PolicyRule.Backlog>(PolicyRules.Make(Work, Some.Now).Rule).PerInstance);
        Assert.Equal((PolicyMode.On, 1), (PolicyRules.Make(Work, Some.Now).Mode, PolicyRules.Make(Work, Some.Now).Version));
    }

    [Fact]
    public void A_forecast_starts_as_a_recommendation_and_grows_only()
    {
        var draft = new PolicyDraft { Name = "ahead", Kind = "predictive", Metric = "cpu", Target = 60 };

        Assert.Equal(PolicyMode.Recommend, PolicyRules.Make(draft, Some.Now).Mode);
        var on = PolicyRules.Make(draft with { Mode = "on" }, Some.Now);
        Assert.Equal(PolicyMode.GrowOnly, Voice.Of(on, new Recommendation.Content { Reason = "so" }).Mode);
    }

    [Fact]
    public void A_schedule_that_names_no_zone_goes_by_UTC() => Assert.Equal(
        "UTC", Assert.IsType<PolicyRule.Calendar>(PolicyRules.Make(Office with { Zone = null }, Some.Now).Rule).Schedule.Zone);

    public static TheoryData<PolicyDraft, string, string> Refused => new()
    {
        { Office with { Zone = "Mars/Olympus" }, "zone", "IANA" },
        { Office with { Zone = "" }, "zone", "IANA" },
        { Office with { Windows = ["0 8 30 2 * for 1h"] }, "windows", "never opens" },
        { Office with { Windows = ["2020-12-24 18:00 to 2020-12-27 08:00"] }, "windows", "it is over" },
        { Office with { Windows = default }, "windows", "1 to 32" },
        { Office with { InsideMin = null, OutsideMax = null }, "inside", "says nothing" },
        { Office with { InsideMax = 2 }, "inside.min", "inside.max" },
        { Office with { InsideMin = -1 }, "inside.min", "whole number" },
        { Office with { InsideMin = 2.5 }, "inside.min", "whole number" },
        { Office with { InsideMin = double.NaN }, "inside.min", "whole number" },
        { Office with { Metric = "cpu" }, "metric", "a schedule policy does not know it" },
        { Alarm with { Below = 20 }, "above", "either above or below" },
        { Alarm with { Above = null }, "above", "either above or below" },
        { Alarm with { Above = double.NaN }, "above", "neither NaN nor infinite" },
        { Alarm with { Above = double.PositiveInfinity }, "above", "neither NaN nor infinite" },
        { Alarm with { Add = "%" }, "add", "1%" },
        { Alarm with { Add = "0%" }, "add", "1%" },
        { Alarm with { Add = "-2" }, "add", "1%" },
        { Alarm with { Add = null, Remove = "101%" }, "remove", "100%" },
        { Alarm with { Set = 3 }, "add", "one of add, remove, set and steps" },
        { Alarm with { Add = null }, "add", "one of add, remove, set and steps" },
        { Alarm with { Add = null, Steps = ["0..10: +1", "5..: +2"] }, "steps", "no overlap" },
        { Alarm with { Add = null, Steps = ["0..10: +1", "20..: +2"] }, "steps", "no hole" },
        { Alarm with { Add = null, Steps = ["5..: +2"] }, "steps", "where the breach begins" },
        { Alarm with { Add = null, Steps = ["0..: +1", "10..: +2"] }, "steps", "has no end" },
        { Alarm with { Add = null, Steps = ["0..10: +1"] }, "steps", "the last must have no end" },
        { Alarm with { Add = null, Steps = ["0..-1: +1"] }, "steps", "it ends before it begins" },
        { Alarm with { Add = null, Steps = ["0-10: +1"] }, "steps", "0..10: +1" },
        { Alarm with { Add = null, Steps = [] }, "steps", "1 to 20" },
        { Alarm with { For = "5" }, "for", "0s to 50m" },
        { Alarm with { For = "2h" }, "for", "0s to 50m" },
        { Alarm with { MaxAge = "1s" }, "max_age", "15s to 50m" },
        { Alarm with { Mode = "maybe" }, "mode", "grow-only" },
        { Alarm with { Name = "a b" }, "name", "1 to 182 characters" },
        { Alarm with { Kind = "magic" }, "kind", "backlog" },
        { Alarm with { Metric = null }, "metric", "the name of a metric" },
        { Level with { Target = 0 }, "target", "above 0" },
        { Level with { Target = -1 }, "target", "above 0" },
        { Level with { Target = double.NaN }, "target", "above 0" },
        { Level with { Target = null }, "target", "above 0" },
        { Level with { Tolerance = 1 }, "tolerance", "less than 1" },
        { Level with { GrowMax = "0" }, "grow_max", "1% to 100%" },
        { Level with { For = "5m" }, "for", "a target policy does not know it" },
        { Work with { PerInstance = 0 }, "per_instance", "above 0" },
        { Work with { AgeMax = "10m" }, "age_metric", "go together" },
        { Work with { AgeMetric = "age" }, "age_max", "go together" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_is_wrong_is_named_with_what_is_allowed(PolicyDraft draft, string field, string allowed)
    {
        var error = Assert.Throws<InputException>(() => PolicyRules.Make(draft, Some.Now));

        Assert.Contains(error.Errors, wrong => wrong.Field == field && wrong.Allowed.Contains(allowed, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_wrong_field_is_named_at_once()
    {
        var error = Assert.Throws<InputException>(() => PolicyRules.Make(
            Level with { Name = "", Target = 0, Stabilize = "soon", Zone = "UTC", Mode = "x" }, Some.Now));

        Assert.Equal(["mode", "name", "stabilize", "target", "zone"],
            error.Errors.Select(wrong => wrong.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_change_changes_what_is_said_and_takes_the_place_of_what_it_excludes()
    {
        var alarm = PolicyRules.Make(Alarm, Some.Now);

        var changed = PolicyRules.Change(alarm, new() { Below = 20, Remove = "1", Mode = "grow_only", For = "" }, Some.Now.AddDays(1));

        var rule = Assert.IsType<PolicyRule.Step>(changed.Rule);
        Assert.Equal((false, 20.0, TimeSpan.Zero), (rule.IsAbove, rule.Threshold, rule.For));
        Assert.Equal([new(0, null, new(AdjustmentKind.Add, -1))], rule.Steps.AsEnumerable());
        Assert.Equal((2, PolicyMode.GrowOnly, Some.Now), (changed.Version, changed.Mode, changed.CreatedAt));
        Assert.Equal(Some.Now.AddDays(1), changed.UpdatedAt);
    }

    [Fact]
    public void A_policy_stays_of_its_kind_and_keeps_its_name()
    {
        var error = Assert.Throws<InputException>(() => PolicyRules.Change(
            PolicyRules.Make(Alarm, Some.Now), new() { Kind = "target", Name = "other" }, Some.Now));

        Assert.Equal(["kind", "name"], error.Errors.Select(wrong => wrong.Field));
    }

    [Fact]
    public void A_one_off_that_is_over_may_stay_while_something_else_is_changed()
    {
        var office = PolicyRules.Make(Office with { Windows = ["2030-12-24 18:00 to 2030-12-27 08:00"] }, Some.Now);

        var later = PolicyRules.Change(office, new() { Mode = "off" }, Some.Now.AddYears(2));

        Assert.Equal((PolicyMode.Off, office.Rule), (later.Mode, later.Rule));
    }
}
