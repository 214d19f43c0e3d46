using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Placements;
using Muster.Terraform.Schemas;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>Everything that a group with placements says beside them.</summary>
internal static class LayoutFields
{
    private static readonly string SpillAfterDefault = DurationText.Format(Layout.SpillAfterDefault);
    private static readonly string ReturnAfterDefault = DurationText.Format(Layout.ReturnAfterDefault);
    private static readonly string SurgeDefault = Layout.SurgeDefault.ToString();

    /// <summary>What a time may be.</summary>
    public static readonly string AfterWords =
        $"from {DurationText.Format(LayoutRules.AfterMin)} to {DurationText.Format(LayoutRules.AfterMax)}, or {Durations.Off}";

    /// <summary>What a part of the instances beyond the bases may be.</summary>
    public static readonly string PercentWords = string.Create(CultureInfo.InvariantCulture, $"0 to {LayoutRules.PercentMax}");

    /// <summary>In the order of the documentation.</summary>
    public static ImmutableArray<LayoutField> All { get; } =
    [
        new(
            SchemaAttribute.Either("distribution", AttributeType.Text,
                $"How the level is shared among placements: {LayoutRules.DistributionWords}. "
                + "`ordered` fills the first up to its `max`, then the next; `balanced` shares by weight; "
                + "`cheapest` fills the one with the lowest price first, and needs a price for each. "
                + "`ordered` unless set, for `zones` `balanced`."),
            form => Value.Of(LayoutRules.Word(form is SpreadForm.Zones ? DistributionKind.Balanced : DistributionKind.Ordered)),
            view => Value.Of(view.Distribution)),
        new(
            SchemaAttribute.Either("on_demand_percent_above_base", AttributeType.Number,
                $"Of the instances beyond all bases, so many percent, {PercentWords}, belong on placements that are not "
                + "interruptible, and the others on those that are. The distribution alone says unless set. "
                + "Only where there are placements of both kinds."),
            _ => Value.Null,
            view => Value.Of(view.OnDemandPercentAboveBase)),
        new(
            SchemaAttribute.Either("spill_after", AttributeType.Text,
                "How long a placement's cloud may be away, or refuse its credential, before what is missing there is launched elsewhere: "
                + $"{AfterWords}. `{SpillAfterDefault}` unless set. Only with placements."),
            _ => Value.Of(SpillAfterDefault),
            view => Value.Of(Durations.WriteOrOff(view.SpillAfterS)))
        {
            IsSame = Durations.IsSameOrOff,
        },
        new(
            SchemaAttribute.Either("return_after", AttributeType.Text,
                "How long a better placement must have been available again before members move back there: "
                + $"{AfterWords}. `{ReturnAfterDefault}` unless set. Only with placements."),
            _ => Value.Of(ReturnAfterDefault),
            view => Value.Of(Durations.WriteOrOff(view.ReturnAfterS)))
        {
            IsSame = Durations.IsSameOrOff,
        },
        new(
            SchemaAttribute.Either("surge", AttributeType.Text,
                $"How many members move at once: {Portion.Rule} of the level. `{SurgeDefault}` unless set. Only with placements."),
            _ => Value.Of(SurgeDefault),
            view => Value.Of(view.Surge))
        {
            IsSame = (one, other) =>
                Portion.TryParse(one, out var first) && Portion.TryParse(other, out var second) && first == second,
        },
    ];

    /// <summary>
    /// A field of the API as users of Terraform know it: <c>placements[0].template</c> is <c>placement[0].template_id</c>.
    /// </summary>
    public static string Named(string field) => field switch
    {
        "template" => "template_id",
        "spill_after_s" => "spill_after",
        "return_after_s" => "return_after",
        "placements" => "placement",
        _ when field.StartsWith("placements[", StringComparison.Ordinal) =>
            $"placement{field["placements".Length..]}{(field.EndsWith("].template", StringComparison.Ordinal) ? "_id" : "")}",
        _ => field,
    };
}
