using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Placements;

namespace Muster.Core.Steering;

/// <summary>The fields of a draft, by the names that people write, and what is wrong with them.</summary>
internal sealed class DraftFields(PolicyDraft draft)
{
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["schedule"] =
        [
            "windows", "zone", "inside.min", "inside.max", "inside.floor", "outside.min", "outside.max", "outside.floor",
        ],
        ["step"] = ["metric", "above", "below", "for", "add", "remove", "set", "steps", "cooldown", "max_age"],
        ["target"] =
        [
            "metric", "target", "total", "tolerance", "stabilize", "warmup", "grow_max", "shrink_max", "max_age",
        ],
        ["backlog"] =
        [
            "metric", "per_instance", "age_metric", "age_max", "empty_for", "stabilize", "grow_max", "shrink_max", "max_age",
        ],
        ["predictive"] = ["metric", "target", "total", "ahead"],
        ["receiver"] = ["on_alarm", "cooldown", "stands_for", "metric"],
    };

    public PolicyDraft Draft { get; } = draft;

    public ImmutableArray<InputError>.Builder Errors { get; } = ImmutableArray.CreateBuilder<InputError>();

    public static bool IsKind(string? kind) => kind is not null && Known.ContainsKey(kind);

    public void Wrong(string field, string? value, string allowed) => Errors.Add(new(field, InputError.Shown(value), allowed));

    /// <summary>Refuses every field that a kind does not know.</summary>
    public void RefuseUnknown(string kind)
    {
        foreach (var (field, value) in Said().Where(field => !Known[kind].Contains(field.Field)))
        {
            Wrong(field, Quoted(value), $"a {kind} policy does not know it; it knows {string.Join(", ", Known[kind])}");
        }
    }

    public string Metric(string field, string? name)
    {
        if (!EntityName.IsValid(name))
        {
            Wrong(field, name, $"the name of a metric: {EntityName.RuleFor(name)}");
        }

        return name ?? "";
    }

    public TimeSpan Time(string field, string? text, TimeSpan least, TimeSpan most, TimeSpan otherwise)
    {
        if (text is null)
        {
            return otherwise;
        }

        if (DurationText.TryParse(text, out var span) && span >= least && span <= most)
        {
            return span;
        }

        Wrong(field, Quoted(text), $"a time from {DurationText.Exactly(least)} to {DurationText.Exactly(most)}, as 30s, 5m or 1h30m");
        return otherwise;
    }

    public TimeSpan? Time(string field, string? text, TimeSpan least, TimeSpan most) =>
        text is null ? null : Time(field, text, least, most, least);

    public double AboveZero(string field, double? number)
    {
        if (number is not { } value || !double.IsFinite(value) || value <= 0)
        {
            Wrong(field, Text(number), "a number above 0");
        }

        return number ?? 1;
    }

    public double Finite(string field, double value)
    {
        if (!double.IsFinite(value))
        {
            Wrong(field, Text(value), "a number, neither NaN nor infinite");
        }

        return value;
    }

    public int? Count(string field, double? number)
    {
        if (number is null or (>= 0 and <= Adjustment.CountMax) && Math.Floor(number ?? 0) == (number ?? 0))
        {
            return (int?)number;
        }

        Wrong(field, Text(number), string.Create(CultureInfo.InvariantCulture, $"a whole number from 0 to {Adjustment.CountMax}"));
        return null;
    }

    public Portion? Most(string field, string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (Portion.TryParse(text, out var portion))
        {
            return portion;
        }

        Wrong(field, Quoted(text), Portion.Rule);
        return null;
    }

    /// <summary>Whether one of several fields that exclude each other is said, and no more.</summary>
    public bool OneOf(string rule, params ReadOnlySpan<string> names)
    {
        var said = new List<(string Field, string Value)>();
        foreach (var field in Said())
        {
            if (names.Contains(field.Field))
            {
                said.Add(field);
            }
        }

        if (said.Count == 1)
        {
            return true;
        }

        if (said.Count == 0)
        {
            Wrong(names[0], null, rule);
            return false;
        }

        foreach (var (field, value) in said)
        {
            Wrong(field, Quoted(value), rule);
        }

        return false;
    }

    public static string Quoted(string text) => text.Length == 0 ? "(empty)" : text;

    public static string? Text(double? number) => number?.ToString("R", CultureInfo.InvariantCulture);

    private IEnumerable<(string Field, string Value)> Said() => new (string Field, string? Value)[]
    {
        ("metric", Draft.Metric),
        ("above", Text(Draft.Above)),
        ("below", Text(Draft.Below)),
        ("for", Draft.For),
        ("add", Draft.Add),
        ("remove", Draft.Remove),
        ("set", Text(Draft.Set)),
        ("steps", List(Draft.Steps)),
        ("cooldown", Draft.Cooldown),
        ("target", Text(Draft.Target)),
        ("total", Draft.Total switch { null => null, true => "true", false => "false" }),
        ("tolerance", Text(Draft.Tolerance)),
        ("stabilize", Draft.Stabilize),
        ("warmup", Draft.Warmup),
        ("grow_max", Draft.GrowMax),
        ("shrink_max", Draft.ShrinkMax),
        ("per_instance", Text(Draft.PerInstance)),
        ("age_metric", Draft.AgeMetric),
        ("age_max", Draft.AgeMax),
        ("empty_for", Draft.EmptyFor),
        ("ahead", Draft.Ahead),
        ("windows", List(Draft.Windows)),
        ("zone", Draft.Zone),
        ("inside.min", Text(Draft.InsideMin)),
        ("inside.max", Text(Draft.InsideMax)),
        ("inside.floor", Text(Draft.InsideFloor)),
        ("outside.min", Text(Draft.OutsideMin)),
        ("outside.max", Text(Draft.OutsideMax)),
        ("outside.floor", Text(Draft.OutsideFloor)),
        ("on_alarm", Draft.OnAlarm),
        ("stands_for", Draft.StandsFor),
        ("max_age", Draft.MaxAge),
    }.Where(field => field.Value is not null).Select(field => (field.Field, field.Value!));

    private static string? List(ImmutableArray<string> items) => items.IsDefault ? null : string.Join("; ", items);
}
