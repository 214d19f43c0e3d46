using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Schedules;

namespace Muster.Core.Steering;

/// <summary>What a policy must be.</summary>
public static class PolicyRules
{
    /// <summary>
    /// Most that a policy looks back: readings are kept as they came for an hour, and a window must be whole while its oldest go.
    /// </summary>
    public static readonly TimeSpan LookBackMax = TimeSpan.FromMinutes(50);

    /// <summary>Most steps of a policy.</summary>
    public const int StepsMax = 20;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <summary>Makes a policy.</summary>
    /// <param name="draft">What a person wrote.</param>
    /// <param name="now">When; a window that can open no more is refused.</param>
    /// <param name="secretHash">Of a receiver, the SHA-256 of the secret that was drawn for it, in hexadecimal digits.</param>
    /// <exception cref="InputException">Something is wrong with the draft; names every wrong field.</exception>
    /// <exception cref="ArgumentException">It is a receiver, and there is no hash: a bug in the caller.</exception>
    public static Policy Make(PolicyDraft draft, DateTimeOffset now, string? secretHash = null)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return Read(draft, now, secretHash, known: []) with { Version = 1, CreatedAt = now, UpdatedAt = now };
    }

    /// <summary>
    /// Changes some fields of a policy. An empty text takes a field back to what holds unless it is said. What excludes another takes its
    /// place: <c>below</c> that of <c>above</c>, and one of <c>add</c>, <c>remove</c>, <c>set</c> and <c>steps</c> that of the others.
    /// </summary>
    /// <param name="policy">The policy as it is.</param>
    /// <param name="changes">The changed fields; name and kind may be said again, and do not change.</param>
    /// <param name="now">When; a new window that can open no more is refused.</param>
    /// <returns>The next version; the very same policy where nothing is changed.</returns>
    /// <exception cref="InputException">Something is wrong with the changes; names every wrong field.</exception>
    public static Policy Change(Policy policy, PolicyDraft changes, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(changes);
        return Replace(policy, DraftMerge.Of(PolicyDraft.Of(policy), changes), now);
    }

    /// <summary>Puts another draft in the place of a policy, of the same name and kind: a receiver keeps its secret.</summary>
    /// <returns>The next version; the very same policy where nothing is changed.</returns>
    /// <exception cref="InputException">Something is wrong with the draft; names every wrong field.</exception>
    public static Policy Replace(Policy policy, PolicyDraft draft, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(draft);
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var kind = PolicyWords.Kind(policy.Rule);
        if (draft.Kind is { } other && other != kind)
        {
            errors.Add(new("kind", other, $"{policy.Name} is a {kind} policy, and stays one: delete it, and create another"));
        }

        if (draft.Name is { } name && name != policy.Name)
        {
            errors.Add(new("name", name, $"{policy.Name} keeps its name: delete it, and create another"));
        }

        InputException.ThrowIfAny(errors);
        var known = policy.Rule is PolicyRule.Calendar calendar ? calendar.Schedule.Windows : [];
        var secretHash = (policy.Rule as PolicyRule.Receiver)?.SecretHash;
        var changed = Read(draft with { Name = policy.Name, Kind = kind }, now, secretHash, known);
        return changed.Rule == policy.Rule && changed.Mode == policy.Mode
            ? policy
            : policy with { Rule = changed.Rule, Mode = changed.Mode, Version = policy.Version + 1, UpdatedAt = now };
    }

    private static Policy Read(PolicyDraft draft, DateTimeOffset now, string? secretHash, ImmutableArray<Window> known)
    {
        var fields = new DraftFields(draft);
        if (!EntityName.IsValid(draft.Name))
        {
            fields.Wrong("name", draft.Name, EntityName.RuleFor(draft.Name));
        }

        var mode = draft.Mode is null
            ? draft.Kind == "predictive" ? PolicyMode.Recommend : PolicyMode.On
            : PolicyWords.ModeOf(draft.Mode);
        if (mode is null)
        {
            fields.Wrong("mode", DraftFields.Quoted(draft.Mode!), PolicyWords.Modes);
        }

        if (!DraftFields.IsKind(draft.Kind))
        {
            fields.Wrong("kind", draft.Kind, PolicyWords.Kinds);
            throw new InputException(fields.Errors.ToImmutable());
        }

        fields.RefuseUnknown(draft.Kind!);
        PolicyRule rule = draft.Kind switch
        {
            "schedule" => Calendar(fields, now, known),
            "step" => Step(fields),
            "target" => Target(fields),
            "backlog" => Backlog(fields),
            "predictive" => Predictive(fields),
            _ => Receiver(fields, secretHash),
        };
        InputException.ThrowIfAny(fields.Errors);
        return new() { Name = draft.Name!, Rule = rule, Mode = mode!.Value, Version = 1, CreatedAt = now, UpdatedAt = now };
    }

    private static PolicyRule.Step Step(DraftFields fields)
    {
        var draft = fields.Draft;
        fields.OneOf("either above or below says where the breach begins: one number", "above", "below");
        return new()
        {
            Metric = fields.Metric("metric", draft.Metric),
            IsAbove = draft.Above is not null,
            Threshold = fields.Finite(draft.Above is not null ? "above" : "below", draft.Above ?? draft.Below ?? 0),
            For = fields.Time("for", draft.For, TimeSpan.Zero, LookBackMax, TimeSpan.Zero),
            Steps = Steps(fields),
            Cooldown = fields.Time("cooldown", draft.Cooldown, TimeSpan.Zero, Day, TimeSpan.FromMinutes(5)),
            MaxAge = MaxAge(fields),
        };
    }

    private static ImmutableArray<PolicyStep> Steps(DraftFields fields)
    {
        var draft = fields.Draft;
        if (!fields.OneOf("one of add, remove, set and steps says what is done", "add", "remove", "set", "steps"))
        {
            return [];
        }

        if (!draft.Steps.IsDefault)
        {
            return SeveralSteps(fields, draft.Steps);
        }

        if (draft.Set is not null)
        {
            return [new(0, To: null, new(AdjustmentKind.Exact, fields.Count("set", draft.Set) ?? 0))];
        }

        var (field, text, sign) = draft.Add is { } add ? ("add", add.TrimStart('+'), "+") : ("remove", draft.Remove!.TrimStart('-'), "-");
        if (Adjustment.TryParse(sign + text, out var adjustment))
        {
            return [new(0, To: null, adjustment)];
        }

        fields.Wrong(
            field,
            DraftFields.Quoted(draft.Add ?? draft.Remove!),
            sign == "+" ? "how many more, from 1, or 1% to 1000% of the level" : "how many fewer, from 1, or 1% to 100% of the level");
        return [];
    }

    private static ImmutableArray<PolicyStep> SeveralSteps(DraftFields fields, ImmutableArray<string> texts)
    {
        var steps = ImmutableArray.CreateBuilder<PolicyStep>();
        if (texts.Length is 0 or > StepsMax)
        {
            fields.Wrong(
                "steps", $"{texts.Length} steps", string.Create(CultureInfo.InvariantCulture, $"1 to {StepsMax}, {StepText.Rule}"));
            return [];
        }

        foreach (var text in texts)
        {
            if (StepText.Read(text ?? "") is { } step)
            {
                steps.Add(step);
            }
            else
            {
                fields.Wrong("steps", DraftFields.Quoted(text ?? ""), StepText.Rule);
            }
        }

        if (steps.Count != texts.Length)
        {
            return [];
        }

        // Where somebody lists them from the top, it is the same list.
        steps.Sort((one, other) => one.From.CompareTo(other.From));
        var end = (double?)0;
        foreach (var step in steps)
        {
            if (end is not { } expected || step.From != expected || step.To <= step.From)
            {
                var where = end == 0 ? "the breach begins" : "the one before ends";
                fields.Wrong(
                    "steps",
                    StepText.Of(step),
                    end is null ? "it overlaps: the one before it has no end"
                    : step.To <= step.From ? "it ends before it begins"
                    : string.Create(
                        CultureInfo.InvariantCulture, $"it must begin at {end:R}, where {where}: no overlap, no hole"));
                return [];
            }

            end = step.To;
        }

        if (end is not null)
        {
            fields.Wrong("steps", StepText.Of(steps[^1]), "the last must have no end: beyond it nothing would be done");
        }

        return steps.ToImmutable();
    }

    private static PolicyRule.Target Target(DraftFields fields)
    {
        var draft = fields.Draft;
        if (draft.Tolerance is { } tolerance && !(tolerance is >= 0 and < 1))
        {
            fields.Wrong("tolerance", DraftFields.Text(tolerance), "a part of the target: from 0 to less than 1, as 0.1");
        }

        return new()
        {
            Metric = fields.Metric("metric", draft.Metric),
            Value = fields.AboveZero("target", draft.Target),
            IsTotal = draft.Total ?? false,
            Tolerance = draft.Tolerance ?? 0.1,
            Stabilize = fields.Time("stabilize", draft.Stabilize, TimeSpan.Zero, LookBackMax, PolicyRule.StabilizeDefault),
            Warmup = fields.Time("warmup", draft.Warmup, TimeSpan.Zero, LookBackMax),
            GrowMax = fields.Most("grow_max", draft.GrowMax),
            ShrinkMax = fields.Most("shrink_max", draft.ShrinkMax),
            MaxAge = MaxAge(fields),
        };
    }

    private static PolicyRule.Backlog Backlog(DraftFields fields)
    {
        var draft = fields.Draft;
        if ((draft.AgeMetric is null) != (draft.AgeMax is null))
        {
            fields.Wrong(
                draft.AgeMetric is null ? "age_metric" : "age_max",
                null,
                "age_metric and age_max go together: the metric, and from which age");
        }

        return new()
        {
            Metric = fields.Metric("metric", draft.Metric),
            PerInstance = fields.AboveZero("per_instance", draft.PerInstance),
            AgeMetric = draft.AgeMetric is null ? null : fields.Metric("age_metric", draft.AgeMetric),
            AgeMax = fields.Time("age_max", draft.AgeMax, TimeSpan.FromSeconds(1), Month),
            EmptyFor = fields.Time("empty_for", draft.EmptyFor, TimeSpan.Zero, LookBackMax, PolicyRule.StabilizeDefault),
            Stabilize = fields.Time("stabilize", draft.Stabilize, TimeSpan.Zero, LookBackMax, PolicyRule.StabilizeDefault),
            GrowMax = fields.Most("grow_max", draft.GrowMax),
            ShrinkMax = fields.Most("shrink_max", draft.ShrinkMax),
            MaxAge = MaxAge(fields),
        };
    }

    private static PolicyRule.Predictive Predictive(DraftFields fields) => new()
    {
        Metric = fields.Metric("metric", fields.Draft.Metric),
        Value = fields.AboveZero("target", fields.Draft.Target),
        IsTotal = fields.Draft.Total ?? false,
        Ahead = fields.Time("ahead", fields.Draft.Ahead, TimeSpan.FromMinutes(1), Day),
    };

    private static PolicyRule.Receiver Receiver(DraftFields fields, string? secretHash)
    {
        var draft = fields.Draft;
        var onAlarm = new Adjustment(AdjustmentKind.Add, 1);
        if (draft.OnAlarm is { } text && !Adjustment.TryParse(text, out onAlarm))
        {
            fields.Wrong("on_alarm", DraftFields.Quoted(text), Adjustment.Rule);
        }

        return new()
        {
            SecretHash = secretHash ?? throw new ArgumentException("a receiver has a secret", nameof(secretHash)),
            OnAlarm = onAlarm,
            Cooldown = fields.Time("cooldown", draft.Cooldown, TimeSpan.Zero, Day, TimeSpan.FromMinutes(5)),
            StandsFor = fields.Time("stands_for", draft.StandsFor, TimeSpan.FromSeconds(1), Month, TimeSpan.FromHours(1)),
            Metric = draft.Metric is null ? null : fields.Metric("metric", draft.Metric),
        };
    }

    private static PolicyRule.Calendar Calendar(DraftFields fields, DateTimeOffset now, ImmutableArray<Window> known)
    {
        var draft = fields.Draft;
        var name = draft.Zone ?? Zones.Default;
        if (!Zones.TryFind(name, out var zone, out var problem))
        {
            fields.Wrong("zone", DraftFields.Quoted(name), problem);
        }

        var schedule = new Schedule
        {
            Zone = name,
            Windows = Windows(fields, zone, now, known),
            Inside = Frame(fields, "inside", draft.InsideMin, draft.InsideMax, draft.InsideFloor),
            Outside = Frame(fields, "outside", draft.OutsideMin, draft.OutsideMax, draft.OutsideFloor),
        };
        if (new[] { draft.InsideMin, draft.InsideMax, draft.InsideFloor, draft.OutsideMin, draft.OutsideMax, draft.OutsideFloor }
            .All(number => number is null))
        {
            fields.Wrong("inside", null, "min, max or floor of inside or outside: a schedule that sets none says nothing");
        }

        return new(schedule);
    }

    private static ImmutableArray<Window> Windows(DraftFields fields, TimeZoneInfo? zone, DateTimeOffset now, ImmutableArray<Window> known)
    {
        var texts = fields.Draft.Windows;
        if (texts.IsDefaultOrEmpty || texts.Length > Schedule.WindowsMax)
        {
            fields.Wrong(
                "windows",
                texts.IsDefaultOrEmpty ? null : $"{texts.Length} windows",
                string.Create(CultureInfo.InvariantCulture, $"1 to {Schedule.WindowsMax} windows, as Mon-Fri 08:00-18:00"));
            return [];
        }

        var windows = ImmutableArray.CreateBuilder<Window>(texts.Length);
        foreach (var text in texts)
        {
            if (!Window.TryParse(text, out var window, out var problem))
            {
                fields.Wrong("windows", DraftFields.Quoted(text ?? ""), problem);
            }
            else if (zone is not null && !known.Contains(window) && !window.OpensFrom(now, zone))
            {
                fields.Wrong("windows", window.Text, $"it never opens: it is over in {zone.Id}");
            }
            else
            {
                windows.Add(window);
            }
        }

        return [.. windows.Distinct()];
    }

    private static Frame Frame(DraftFields fields, string side, double? min, double? max, double? floor)
    {
        var frame = new Frame(fields.Count($"{side}.min", min), fields.Count($"{side}.max", max), fields.Count($"{side}.floor", floor));
        if (frame.Min > frame.Max)
        {
            fields.Wrong(
                $"{side}.min", DraftFields.Text(min), string.Create(CultureInfo.InvariantCulture, $"no more than {side}.max, {frame.Max}"));
        }

        if (frame.Floor > frame.Max)
        {
            fields.Wrong(
                $"{side}.floor",
                DraftFields.Text(floor),
                string.Create(CultureInfo.InvariantCulture, $"no more than {side}.max, {frame.Max}"));
        }

        return frame;
    }

    private static TimeSpan MaxAge(DraftFields fields) =>
        fields.Time("max_age", fields.Draft.MaxAge, Round, LookBackMax, PolicyRule.MaxAgeDefault);
}
