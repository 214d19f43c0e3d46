using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Placements;
using Muster.Terraform.Findings;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>Everything that a placement says. A new field is an entry here.</summary>
internal static class PlacementFields
{
    /// <summary>In the order of the documentation.</summary>
    public static ImmutableArray<PlacementField> All { get; } =
    [
        new(
            SchemaAttribute.Required("name", AttributeType.Text, $"Unique in the group; {EntityName.Rule}."),
            view => Value.Of(view.Name),
            (input, block) => input with { Name = block.Text("name") }),
        new(
            SchemaAttribute.Required("template_id", AttributeType.Text,
                "The template to launch from there, which names the cloud: `muster_template.NAME.id`."),
            view => Value.Of(view.TemplateId?.ToString()),
            (input, block) => input with { Template = block.Text("template_id") }),
        new(
            SchemaAttribute.Optional("zone", AttributeType.Text, "One of the cloud's zones. Left to the cloud unless set."),
            view => Value.Of(view.Zone),
            (input, block) => input with { Zone = block.Text("zone") }),
        new(
            SchemaAttribute.Optional("rank", AttributeType.Number,
                $"Only with `ordered`, 0 to {PlacementSpec.RankMax}: the lowest is filled first, and those of one rank are filled evenly. "
                + "The block's place among the others, counted from 0, unless set."),
            view => Value.Of(view.Rank),
            (input, block) => input with { Rank = block.Whole("rank") }),
        new(
            SchemaAttribute.Optional("weight", AttributeType.Number,
                $"Only with `balanced`, 0 to {PlacementSpec.WeightMax}: its part of the sum of all weights. 1 unless set."),
            view => Value.Of(view.Weight),
            (input, block) => input with { Weight = block.Whole("weight") }),
        new(
            SchemaAttribute.Defaulted("min", AttributeType.Number, Value.Of(0),
                "No fewer than this while the group's level allows it. 0 unless set."),
            view => Value.Of(view.Min),
            (input, block) => input with { Min = block.Whole("min") }),
        new(
            SchemaAttribute.Optional("max", AttributeType.Number, "No more than this. No bound but the group's unless set."),
            view => Value.Of(view.Max),
            (input, block) => input with { Max = block.Whole("max") }),
        new(
            SchemaAttribute.Defaulted("base", AttributeType.Number, Value.Of(0),
                "So many of the group's first instances are here, before any share is worked out. 0 unless set."),
            view => Value.Of(view.Base),
            (input, block) => input with { Base = block.Whole("base") }),
        new(
            SchemaAttribute.Defaulted("interruptible", AttributeType.Flag, Value.Of(false),
                "Whether its instances are interruptible: cheaper, and the cloud may take them back. Only where the cloud has such. "
                + "`false` unless set."),
            view => Value.Of(view.Interruptible),
            // A server that knows of none must not be told that there are none.
            (input, block) => input with { Interruptible = block.Flag("interruptible") is true ? true : null }),
    ];

    /// <summary>A block of the resource.</summary>
    public static AttributeType.ObjectType Blocks { get; } = new([.. All.Select(field => field.Attribute)], IsList: true);

    /// <summary>What the data source tells: what is wanted, and what is so.</summary>
    public static AttributeType.ObjectType Whole { get; } = new(
        [
            .. All.Select(field => SchemaAttribute.Computed(field.Attribute.Name, field.Attribute.Type, field.Attribute.Description)),
            SchemaAttribute.Computed("cloud", AttributeType.Text, "The cloud."),
            SchemaAttribute.Computed("wanted", AttributeType.Number, "How many the last check wanted here."),
            SchemaAttribute.Computed("running", AttributeType.Number, "Instances that are up."),
            SchemaAttribute.Computed("condition", AttributeType.Text, "`healthy`, `scaling`, `degraded` or `suspended`."),
            SchemaAttribute.Computed("reason", AttributeType.Text, "Why so many, or what stands in the way, in a sentence."),
            SchemaAttribute.Computed("price_per_hour", AttributeType.Number, "What an instance costs an hour here; null without a price."),
            SchemaAttribute.Computed("cost_per_hour", AttributeType.Number,
                "What all that is here costs an hour, as of the last check; null without a price."),
            SchemaAttribute.Computed(
                "evacuated_at", AttributeType.Text, "Since when a person wants it empty, in UTC; null when nobody does."),
        ],
        IsList: true);

    /// <summary>The blocks of a configuration, a plan or a state, each with its path; none where they are not known yet.</summary>
    public static IEnumerable<(AttributePath Path, Fields Block)> BlocksOf(Fields group) => group["placement"] is Value.Sequence blocks
        ? blocks.Items.Select((block, index) => (AttributePath.Of("placement").AtIndex(index), Fields.Of(block)))
        : [];

    /// <summary>The placements that a group is to live in; null for one with a template alone.</summary>
    /// <remarks>What is left of earlier ones on a cloud has no template, and is nobody's wish.</remarks>
    public static ImmutableArray<PlacementView>? Of(GroupView view) =>
        view.Placements is { } all ? [.. all.Where(placement => placement.TemplateId is not null)] : null;

    /// <summary>A placement as a block.</summary>
    public static Value.Mapping Block(PlacementView view) =>
        Value.Object(All.Select(field => (field.Attribute.Name, field.Read(view))));

    /// <summary>A placement with what is so.</summary>
    public static Value.Mapping WholeOf(PlacementView view) => Value.Object(
        [
            .. Block(view).Items.Select(item => (item.Key, item.Value)),
            ("cloud", Value.Of(view.Cloud)),
            ("wanted", Value.Of(view.Wanted)),
            ("running", Value.Of(view.Running)),
            ("condition", Value.Of(view.Condition)),
            ("reason", Value.Of(view.Reason)),
            ("price_per_hour", Value.Of(view.PricePerHour)),
            ("cost_per_hour", Value.Of(view.CostPerHour)),
            ("evacuated_at", Value.Of(view.EvacuatedAt is { } at ? MomentText.Format(at) : null)),
        ]);

    /// <summary>A block as the API takes it.</summary>
    public static PlacementInput Input(Fields block) => All.Aggregate(new PlacementInput(), (input, field) => field.Write(input, block));

    /// <summary>A placement as the API would take it again.</summary>
    public static PlacementInput Input(PlacementView view) => Input(new Fields(Block(view)));
}
