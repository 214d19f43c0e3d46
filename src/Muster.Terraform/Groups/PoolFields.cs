using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Life;
using Muster.Core.Placements;
using Muster.Terraform.Findings;
using Muster.Terraform.Planning;
using Muster.Terraform.Schemas;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>What rests beside a group's level, as a block: one that is taken away again removes the pool.</summary>
internal static class PoolFields
{
    /// <summary>The block.</summary>
    public const string Name = "pool";

    private const string Size = "size";
    private const string Mode = "mode";
    private const string TakesSurplus = "takes_surplus";
    private const string AgeMax = "age_max";

    private static readonly ImmutableArray<(string Name, AttributeType Type, string Description)> Inner =
    [
        (Size, AttributeType.Text,
            $"How many instances rest: a number from `1` to `{PoolRules.SizeMax}`, or a part of the level such as `20%`."),
        (Mode, AttributeType.Text,
            "How they rest: `stopped`, so that they boot when they are started, or `suspended`, where the cloud can. "
            + "`stopped` unless set."),
        (TakesSurplus, AttributeType.Flag,
            "Whether instances beyond the level go to rest while the pool is short, and are not terminated. `false` unless set."),
        (AgeMax, AttributeType.Text,
            $"How old one that rests becomes before another takes its place: a time from `{DurationText.Format(PoolRules.AgeMin)}` to "
            + $"`{DurationText.Format(PoolRules.AgeMaxMax)}`, or `{Durations.Off}`. `{Durations.Off}` unless set."),
    ];

    /// <summary>Of the resource.</summary>
    public static SchemaAttribute Resource { get; } = SchemaAttribute.Optional(
        Name,
        new AttributeType.ObjectType(
        [
            .. Inner.Select(one => one.Name == Size
                ? SchemaAttribute.Required(one.Name, one.Type, one.Description)
                : SchemaAttribute.Either(one.Name, one.Type, one.Description)),
        ]),
        "A warm pool: instances beside the level that rest, and are started before anything new is launched. "
        + "Refused on a cloud that cannot stop its instances and start them again. Without the block, nothing rests.")
        with { IsBlock = true };

    /// <summary>Of the data source.</summary>
    public static SchemaAttribute DataSource { get; } = SchemaAttribute.Computed(
        Name,
        new AttributeType.ObjectType([.. Inner.Select(one => SchemaAttribute.Computed(one.Name, one.Type, one.Description))]),
        "What rests beside the level, and is started before anything new is launched; null where nothing does.");

    /// <summary>What of a configuration or a plan is known, as the API takes it; null for nothing.</summary>
    public static PoolInput? Input(Fields group) => group.Inner(Name) is not { } pool ? null : new()
    {
        Size = pool.Text(Size),
        Mode = pool.Text(Mode),
        TakesSurplus = pool.Flag(TakesSurplus),
        AgeMaxS = Durations.SecondsOrOff(pool.Text(AgeMax)),
    };

    /// <summary>What must change; null when nothing must.</summary>
    public static PoolInput? Change(GroupView now, Fields planned)
    {
        if (Input(planned) is not { } wanted)
        {
            return now.Pool is null || planned.IsUnknown(Name) ? null : new() { Size = PoolInput.Off };
        }

        // All of it, since what is left out would stay.
        var whole = Whole(wanted);
        return now.Pool is { } known && whole == new PoolInput
        {
            Size = known.Size,
            Mode = known.Mode,
            TakesSurplus = known.TakesSurplus,
            AgeMaxS = known.AgeMaxS ?? 0,
        } ? null : whole;
    }

    /// <summary>A pool as a value; null for none.</summary>
    /// <param name="pool">As the server has it; null for none.</param>
    /// <param name="before">How the user spelled it; null where nobody did.</param>
    public static Value Of(PoolView? pool, Fields? before) => pool is null ? Value.Null : Value.Object(
        (Size, Sized(before, Value.Of(pool.Size))),
        (Mode, Value.Of(pool.Mode)),
        (TakesSurplus, Value.Of(pool.TakesSurplus)),
        (AgeMax, Spelled(before, Durations.WriteOrOff(pool.AgeMaxS ?? 0)!)));

    /// <summary>What holds of a block where nothing is written, and the same time in other words.</summary>
    public static void Refine(ChangeDraft draft)
    {
        if (draft.Config.Inner(Name) is not { } written)
        {
            return;
        }

        draft.Set(Name, Value.Object(
            (Size, Sized(draft.Prior?.Inner(Name), written[Size])),
            (Mode, Or(written[Mode], Value.Of(PoolRules.Stopped))),
            (TakesSurplus, Or(written[TakesSurplus], Value.Of(false))),
            (AgeMax, written[AgeMax] is { IsNull: false } given && written.Text(AgeMax) is null
                ? given
                : Spelled(draft.Prior?.Inner(Name), written.Text(AgeMax) ?? Durations.Off))));
    }

    /// <summary>What can be said without a server, once all of it is known.</summary>
    public static void Check(Fields config, FindingList findings)
    {
        if (config.Inner(Name) is not { } pool || pool.Object.HasUnknown)
        {
            return;
        }

        if (pool.Text(AgeMax) is { } text && Durations.SecondsOrOff(text) is null)
        {
            findings.Invalid(AttributePath.Of(Name).At(AgeMax), text, AgeWords);
            return;
        }

        var input = Input(config)!;
        var errors = ImmutableArray.CreateBuilder<InputError>();
        PoolRules.Resolve(
            new() { Size = input.Size, Mode = input.Mode, TakesSurplus = input.TakesSurplus, AgeMaxSeconds = input.AgeMaxS },
            current: null, clouds: [], errors);
        foreach (var wrong in errors)
        {
            var isAge = wrong.Field == $"{Name}.{AgeMax}_s";
            findings.Invalid(
                ApiFields.Place(GroupSchema.Resource, Named(wrong.Field)) ?? AttributePath.Of(Name),
                isAge ? pool.Text(AgeMax) : wrong.Value, isAge ? AgeWords : wrong.Allowed);
        }
    }

    /// <summary>A field of the API as users of Terraform know it: <c>pool.age_max_s</c> is <c>pool.age_max</c>.</summary>
    public static string Named(string field) => field == $"{Name}.{AgeMax}_s" ? $"{Name}.{AgeMax}" : field;

    private static string AgeWords { get; } =
        $"a time from {DurationText.Format(PoolRules.AgeMin)} to {DurationText.Format(PoolRules.AgeMaxMax)}, such as \"7d\", or "
        + $"\"{Durations.Off}\"";

    /// <summary>The same as the server writes it, with what holds where something is left out.</summary>
    private static PoolInput Whole(PoolInput input) => input with
    {
        Size = Portion.TryParse(input.Size, out var size) ? size.ToString() : input.Size,
        Mode = input.Mode ?? PoolRules.Stopped,
        TakesSurplus = input.TakesSurplus ?? false,
        AgeMaxS = input.AgeMaxS ?? 0,
    };

    private static Value Spelled(Fields? before, string text) =>
        before?.Text(AgeMax) is { } known && Durations.IsSameOrOff(known, text) ? Value.Of(known) : Value.Of(text);

    /// <summary>The same size in other digits is no change.</summary>
    private static Value Sized(Fields? before, Value size) =>
        size is Value.Text { Content: var text } && Portion.TryParse(text, out var asked)
        && before?.Text(Size) is { } known && Portion.TryParse(known, out var same) && same == asked ? Value.Of(known) : size;

    private static Value Or(Value value, Value otherwise) => value.IsNull ? otherwise : value;
}
