using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Terraform.Schemas;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>What a group says, as attributes.</summary>
internal static class GroupSchema
{
    public const string Terminate = "terminate";
    public const string Keep = "keep";

    private static readonly string IntervalDefault = DurationText.Format(Group.IntervalDefault);
    private static readonly string ScaleInDefault = GroupRules.Word(Group.ScaleInDefault);

    private static readonly string ScaleInWords =
        $"`{GroupRules.Word(ScaleInOrder.Oldest)}`, `{GroupRules.Word(ScaleInOrder.Newest)}`, "
        + $"`{GroupRules.Word(ScaleInOrder.OutdatedFirst)}` or `{GroupRules.Word(ScaleInOrder.LeastBusy)}`";

    private static readonly ImmutableArray<(string Name, string Description)> Brakes =
    [
        ("launches_in_flight_max", $"Launch calls in flight at once, 1 to {Core.Groups.Brakes.InFlightLimit}."),
        ("launches_per_check_max", $"Launches that one level check may start, 1 to {Core.Groups.Brakes.PerCheckLimit}."),
        ("terminations_per_check_max", $"Terminations that one level check may start, 1 to {Core.Groups.Brakes.PerCheckLimit}."),
        ("launches_per_hour_max", $"Launches in any hour, 1 to {Core.Groups.Brakes.PerHourLimit}."),
        ("terminations_per_hour_max", $"Terminations in any hour, 1 to {Core.Groups.Brakes.PerHourLimit}."),
        ("spend_per_hour_max",
            "Most that the group may cost an hour, in the currency of the installation's prices: a launch that would pass it is held back, "
            + $"and nothing ends because of it. 0, for no limit, to {PriceRules.SpendMax:0}, with {PriceRules.Decimals} decimals at most. "
            + "No limit for a new group unless set."),
    ];

    /// <summary>What the resource keeps in its state: little, since every plan of a change lists it line by line as unknown.</summary>
    private static readonly AttributeType.ObjectType Status = new(
    [
        SchemaAttribute.Computed("condition", AttributeType.Text, "`healthy`, `scaling`, `degraded` or `suspended`."),
        SchemaAttribute.Computed("reason", AttributeType.Text, "The condition in a sentence."),
        SchemaAttribute.Computed("running", AttributeType.Number, "Instances that are up."),
        SchemaAttribute.Computed(
            "level", AttributeType.Number, "How many there are to be now: `desired`, or where policies have moved the level since."),
    ]);

    private static readonly AttributeType.ObjectType Policies = new(
        [
            SchemaAttribute.Computed("name", AttributeType.Text, "Unique among the group's policies."),
            SchemaAttribute.Computed(
                "kind", AttributeType.Text, "`schedule`, `step`, `target`, `backlog`, `predictive` or `receiver`."),
            SchemaAttribute.Computed("mode", AttributeType.Text, "`on`, `grow-only`, `recommend` or `off`."),
            SchemaAttribute.Computed("recommends", AttributeType.Number, "How many instances it wants; null where it asks for nothing."),
            SchemaAttribute.Computed("reason", AttributeType.Text, "Why, in a sentence; null before its first round."),
        ],
        IsList: true);

    private static readonly AttributeType.ObjectType WholeStatus = new(
    [
        .. Status.Attributes,
        SchemaAttribute.Computed(
            "in_service", AttributeType.Number, "Those that are up and of which nobody is sure that they do not work."),
        SchemaAttribute.Computed("unhealthy", AttributeType.Number, "Those that are up and do not work, as a source of health says."),
        SchemaAttribute.Computed(
            "provisioning", AttributeType.Number, "On their way up: as the cloud lists them, or up and not healthy yet."),
        SchemaAttribute.Computed("pending", AttributeType.Number, "Launched and not listed yet."),
        SchemaAttribute.Computed("dead", AttributeType.Number, "Stopped or failed."),
        SchemaAttribute.Computed("terminating", AttributeType.Number, "On their way out."),
        SchemaAttribute.Computed("draining", AttributeType.Number, "To end, and held by their drain or by hooks."),
        SchemaAttribute.Computed("warm", AttributeType.Number, "At rest in the warm pool."),
        SchemaAttribute.Computed("warming", AttributeType.Number, "On their way into the warm pool."),
        SchemaAttribute.Computed("unknown", AttributeType.Number, "Those that the cloud cannot tell about."),
    ]);

    public static Schema Resource { get; } = new(
        "A number of instances, kept at its level in one place or several. It is made and changed at once; "
        + "its instances come and go by themselves, and one that dies is replaced without Terraform and is no drift. "
        + "What it costs is in the data source alone, since prices change without Terraform.",
        [
            SchemaAttribute.Required("name", AttributeType.Text, $"Unique among the living groups of the account; {EntityName.Rule}."),
            SchemaAttribute.Either("template_id", AttributeType.Text,
                "The template to launch from: `muster_template.NAME.id`. "
                + "Another one changes new launches only and touches no running instance, also where it is on another cloud. "
                + "Either this or `placement` blocks; with those it is the first one's."),
            SchemaAttribute.Optional("zones", AttributeType.Texts,
                "The short form of placements that share `template_id`: one in each of these zones of its cloud, with the zone's name. "
                + "A group that is imported shows placements of that kind as `zones`."),
            SchemaAttribute.Defaulted("placement", PlacementFields.Blocks, new Value.Sequence([]),
                $"Where the group lives, instead of `template_id`: 1 to {Layout.PlacementsMax} blocks, and their order counts. "
                + "A change moves nothing by itself: what runs counts where it lives.") with { IsBlock = true },
            .. LayoutFields.All.Select(field => field.Attribute),
            SchemaAttribute.Either("capacity", AttributeType.Number,
                "How many instances there must be. The short word for `desired`: give either of them, and the other says the same."),
            SchemaAttribute.Either("desired", AttributeType.Number,
                "How many instances there must be, from `min` to `max`. Without `desired` and `capacity`, "
                + "a group begins at `min` and is left to whatever scales it: Terraform then never changes it back. "
                + "A level that policies have moved is no drift: this is what was asked for, and `status.level` what they made of it."),
            SchemaAttribute.Either(
                "min",
                AttributeType.Number,
                "Nothing may set `desired` or the level below this. 0 for a new group unless set; left as it is when taken away again."),
            SchemaAttribute.Either(
                "max",
                AttributeType.Number,
                "Nothing may set `desired` or the level above this. The installation's limit for a new group unless set; "
                + "left as it is when taken away again."),
            SchemaAttribute.Defaulted("interval", AttributeType.Text, Value.Of(IntervalDefault),
                $"Time between level checks, from `{DurationText.Format(Group.IntervalMin)}` to "
                + $"`{DurationText.Format(Group.IntervalMax)}`. `{IntervalDefault}` unless set."),
            SchemaAttribute.Defaulted("scale_in", AttributeType.Text, Value.Of(ScaleInDefault),
                $"Who goes first when there are too many: {ScaleInWords}. `{ScaleInDefault}` unless set."),
            SchemaAttribute.Either("brakes", new AttributeType.ObjectType(
                    [.. Brakes.Select(brake => SchemaAttribute.Either(brake.Name, AttributeType.Number, brake.Description))]),
                "Bounds on what Muster may do to the group. The server's own for a new group unless set; "
                + "left as they are when taken away again."),
            HealthFields.Resource,
            RepairFields.Resource,
            DrainFields.Resource,
            HookFields.Resource,
            TrafficFields.Resource,
            PoolFields.Resource,
            SchemaAttribute.Defaulted(Lifetimes.Name, AttributeType.Text, Value.Of(Durations.Off),
                $"How old an instance becomes at most before another takes its place, one at a time: {Lifetimes.Rule}. "
                + "By the order and within the budget of `repair`, whatever its mode. Each has up to a tenth less, so that not all go at "
                + $"once. `{Durations.Off}` unless set."),
            SchemaAttribute.Defaulted("wait_for_level", AttributeType.Flag, Value.Of(false),
                "Whether `terraform apply` waits until as many instances are in service as the level in force says, as long as `timeouts` "
                + "says: healthy, where the group has a health check, and past their grace. "
                + "`false` unless set: then it is done at once, and the instances follow."),
            SchemaAttribute.Defaulted("on_destroy", AttributeType.Text, Value.Of(Terminate),
                $"What `terraform destroy` does to the instances: `{Terminate}` them and wait until the last is gone, "
                + $"or `{Keep}` them running, known to nobody. `{Terminate}` unless set. "
                + "What was applied last counts, so a change must be applied before it is destroyed."),
            SchemaAttribute.Optional("timeouts", new AttributeType.ObjectType(
                [
                    SchemaAttribute.Optional("create", AttributeType.Text,
                        "How long to wait until a group that is on its way out has freed the name; "
                        + "then, with `wait_for_level`, as long again for the new group's level. `10m` unless set."),
                    SchemaAttribute.Optional(
                        "update", AttributeType.Text, "With `wait_for_level`: how long to wait after a change. `10m` unless set."),
                    SchemaAttribute.Optional(
                        "delete", AttributeType.Text, "How long to wait until the last instance is gone. `20m` unless set."),
                ]), "How long to wait for instances, from `1s` to `24h`.") with { IsBlock = true },
            SchemaAttribute.Computed("id", AttributeType.Text, "The group's id. It survives every change."),
            SchemaAttribute.Computed("status", Status, "How the group was when Terraform last looked.") with { IsStatus = true },
        ]);

    public static Schema DataSource { get; } = new(
        "A living group that somebody else keeps, by id or name.",
        [
            SchemaAttribute.Either("id", AttributeType.Text, "The group's id. Give either this or `name`."),
            SchemaAttribute.Either("name", AttributeType.Text, "The group's name. Give either this or `id`."),
            SchemaAttribute.Computed("template_id", AttributeType.Text,
                "The template that its next launch is made from; of a group with placements, the first one's."),
            SchemaAttribute.Computed("placements", PlacementFields.Whole,
                "Where it lives, in order, then what is left of earlier placements, as `earlier@CLOUD` without a template. "
                + "Null for a group with a template alone."),
            .. LayoutFields.All.Select(
                field => SchemaAttribute.Computed(field.Name, field.Attribute.Type, field.Attribute.Description)),
            SchemaAttribute.Computed("capacity", AttributeType.Number, "How many instances people want; the same as `desired`."),
            SchemaAttribute.Computed("desired", AttributeType.Number,
                "How many instances people want, Terraform among them; `level` is what policies made of it."),
            SchemaAttribute.Computed("level", AttributeType.Number, "How many instances there are to be now."),
            SchemaAttribute.Computed("author", AttributeType.Text,
                "Who moved the level last: the name of a token, or of a policy. Null where nobody knows any more."),
            SchemaAttribute.Computed("reason", AttributeType.Text, "Why, in that one's words. Null where nobody said."),
            SchemaAttribute.Computed("held_until", AttributeType.Text,
                "Until when a person keeps policies and schedules away from the level, in UTC; null where they are free to move it."),
            SchemaAttribute.Computed("policies", Policies, "What recommends how many there are to be, by name."),
            SchemaAttribute.Computed("min", AttributeType.Number, "Nothing may set `desired` below this."),
            SchemaAttribute.Computed("max", AttributeType.Number, "Nothing may set `desired` above this."),
            SchemaAttribute.Computed("interval", AttributeType.Text, "Time between level checks."),
            SchemaAttribute.Computed("scale_in", AttributeType.Text, $"Who goes first when there are too many: {ScaleInWords}."),
            SchemaAttribute.Computed(
                "brakes",
                new AttributeType.ObjectType(
                    [.. Brakes.Select(brake => SchemaAttribute.Computed(brake.Name, AttributeType.Number, brake.Description))]),
                "Bounds on what Muster may do to the group."),
            HealthFields.DataSource,
            RepairFields.DataSource,
            DrainFields.DataSource,
            HookFields.DataSource,
            TrafficFields.DataSource,
            PoolFields.DataSource,
            SchemaAttribute.Computed(Lifetimes.Name, AttributeType.Text,
                $"How old an instance becomes at most before another takes its place; `{Durations.Off}` for as long as they last."),
            SchemaAttribute.Computed("price_per_hour", AttributeType.Number,
                "What an instance costs an hour, of a group with a template alone; null where no price is known, and with placements, "
                + "each of which says its own."),
            SchemaAttribute.Computed("cost_per_hour", AttributeType.Number,
                "What all that the group holds costs an hour, as of its last check; null where something of it has no price."),
            SchemaAttribute.Computed("currency", AttributeType.Text, "What prices and costs are in; null where there are no prices."),
            SchemaAttribute.Computed(
                "suspended", AttributeType.Texts, "What has been switched off by hand: any of `launch`, `terminate`, `replace`."),
            SchemaAttribute.Computed("status", WholeStatus, "How the group is."),
        ]);
}
