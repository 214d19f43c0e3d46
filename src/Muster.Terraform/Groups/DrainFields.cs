using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Life;
using Muster.Terraform.Findings;
using Muster.Terraform.Planning;
using Muster.Terraform.Schemas;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>How a group's instances leave their load balancers, as a block: one that is taken away again removes the drain.</summary>
internal static class DrainFields
{
    /// <summary>The block.</summary>
    public const string Name = "drain";

    private static readonly ImmutableArray<(string Name, AttributeType Type, string Description)> Inner =
    [
        ("deadline", AttributeType.Text,
            $"How long an instance may take before it is terminated all the same, from `{DurationText.Format(DrainRules.DeadlineMin)}` to "
            + $"`{DurationText.Format(DrainRules.DeadlineMax)}`. `{DurationText.Format(DrainRules.DeadlineDefault)}` unless set, or `wait` "
            + "where that is longer."),
        ("wait", AttributeType.Text, "How long is waited at least, at most `deadline`. `0s` unless set, but not without `through`."),
        ("through", AttributeType.Texts,
            $"The sources of traffic that an instance leaves, by name, at most {DrainRules.ThroughMax}. None unless set."),
    ];

    /// <summary>Of the resource.</summary>
    public static SchemaAttribute Resource { get; } = SchemaAttribute.Optional(
        Name,
        new AttributeType.ObjectType([.. Inner.Select(one => SchemaAttribute.Either(one.Name, one.Type, one.Description))]),
        "How an instance leaves its load balancers before it is terminated. Without the block, instances are terminated at once.")
        with { IsBlock = true };

    /// <summary>Of the data source.</summary>
    public static SchemaAttribute DataSource { get; } = SchemaAttribute.Computed(
        Name,
        new AttributeType.ObjectType([.. Inner.Select(one => SchemaAttribute.Computed(one.Name, one.Type, one.Description))]),
        "How an instance leaves its load balancers before it is terminated; null where it is terminated at once.");

    /// <summary>What of a configuration or a plan is known, as the API takes it; null for nothing.</summary>
    public static DrainInput? Input(Fields group) => group.Inner(Name) is not { } drain ? null : new()
    {
        DeadlineS = Seconds(drain, "deadline"),
        WaitS = Seconds(drain, "wait"),
        Through = drain.Texts("through") is { } through ? through : null,
    };

    /// <summary>What must change; null when nothing must.</summary>
    public static DrainInput? Change(GroupView now, Fields planned)
    {
        if (Input(planned) is not { } wanted)
        {
            return now.Drain is null || planned.IsUnknown(Name) ? null : new() { DeadlineS = DrainInput.Off };
        }

        // All of it, since what is left out would stay.
        var whole = Whole(wanted);
        return now.Drain is { } known && whole == new DrainInput
        {
            DeadlineS = known.DeadlineS,
            WaitS = known.WaitS,
            Through = [.. known.Through],
        } ? null : whole;
    }

    /// <summary>A drain as a value; null for none.</summary>
    /// <param name="drain">As the server has it; null for none.</param>
    /// <param name="before">How the user spelled it; null where nobody did.</param>
    public static Value Of(DrainView? drain, Fields? before) => drain is null ? Value.Null : Value.Object(
        ("deadline", Spelled(before, "deadline", drain.DeadlineS)),
        ("wait", Spelled(before, "wait", drain.WaitS)),
        ("through", Value.Of(drain.Through)));

    /// <summary>What holds of a block where nothing is written, as far as all that is written is known.</summary>
    public static void Refine(ChangeDraft draft)
    {
        if (draft.Config.Inner(Name) is not { } written)
        {
            return;
        }

        var prior = draft.Prior?.Inner(Name);
        var whole = written.Object.HasUnknown || Input(draft.Config) is not { } input ? null : Whole(input);
        draft.Set(Name, Value.Object(
            ("deadline", Planned(written, prior, "deadline", whole?.DeadlineS)),
            ("wait", Planned(written, prior, "wait", whole?.WaitS)),
            ("through", written["through"] is { IsNull: true } ? Value.Of(ImmutableArray<string>.Empty) : written["through"])));
    }

    /// <summary>What can be said without a server, once all of it is known.</summary>
    public static void Check(Fields config, FindingList findings)
    {
        if (config.Inner(Name) is not { } drain || drain.Object.HasUnknown)
        {
            return;
        }

        var before = findings.All.Count;
        foreach (var time in (string[])["deadline", "wait"])
        {
            Durations.Read(drain, time, TimeSpan.Zero, DrainRules.DeadlineMax, findings, AttributePath.Of(Name));
        }

        var errors = ImmutableArray.CreateBuilder<InputError>();
        if (findings.All.Count == before)
        {
            DrainRules.Resolve(Edit(Input(config)!), current: null, errors);
        }

        foreach (var wrong in errors)
        {
            findings.Invalid(
                ApiFields.Place(GroupSchema.Resource, Named(wrong.Field)) ?? AttributePath.Of(Name), wrong.Value, wrong.Allowed);
        }
    }

    /// <summary>A field of the API as users of Terraform know it: <c>drain.wait_s</c> is <c>drain.wait</c>.</summary>
    public static string Named(string field) =>
        field.StartsWith($"{Name}.", StringComparison.Ordinal) && field.EndsWith("_s", StringComparison.Ordinal) ? field[..^2] : field;

    /// <summary>The same with what the rules make of what is left out.</summary>
    private static DrainInput Whole(DrainInput input)
    {
        var drain = DrainRules.Resolve(Edit(input), current: null, ImmutableArray.CreateBuilder<InputError>());
        return new()
        {
            DeadlineS = drain?.Deadline.TotalSeconds ?? input.DeadlineS,
            WaitS = drain?.Wait.TotalSeconds ?? input.WaitS,
            Through = input.Through ?? [],
        };
    }

    private static DrainEdit Edit(DrainInput input) => new()
    {
        DeadlineSeconds = input.DeadlineS,
        WaitSeconds = input.WaitS,
        Through = input.Through is { } through ? [.. through] : null,
    };

    private static Value Planned(Fields written, Fields? prior, string name, double? whole)
    {
        if (written[name] is { IsNull: false } given)
        {
            return prior is { } known && Seconds(known, name) is { } before && Durations.IsSame(written.Text(name), before)
                ? known[name]
                : given;
        }

        return whole is { } seconds ? Spelled(prior, name, seconds) : Value.Unknown;
    }

    private static Value Spelled(Fields? before, string name, double seconds) =>
        before is { } known && Durations.IsSame(known.Text(name), seconds) ? known[name] : Value.Of(Durations.Write(seconds));

    private static double? Seconds(Fields fields, string name) =>
        fields.Text(name) is { } text && DurationText.TryParse(text, out var time) ? time.TotalSeconds : null;
}
