using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Health;
using Muster.Terraform.Findings;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>What is done about instances that run and do not work, as attributes.</summary>
internal static class RepairFields
{
    /// <summary>The attribute.</summary>
    public const string Name = "repair";

    private static readonly Repair Default = new();

    private static readonly ImmutableArray<(string Name, string Description)> Inner =
    [
        ("mode", $"{RepairRules.ModeWords}: what is done about an unhealthy instance. `replace` unless set."),
        ("order", $"{RepairRules.OrderWords}: what comes first when one is replaced. `launch-first` unless set."),
        ("unavailable_max",
            "How many running instances there may be too few of, by Muster's own doing: a number, or a part of the level such as `10%`; "
            + "`0` for none, but not beside a `surge` of `0`. `1` unless set."),
        ("surge", "How many there may be beyond the level meanwhile, written likewise. `1` unless set."),
        ("when_most",
            $"{RepairRules.MassWords}: what it means when most of the group are unhealthy at once. `hold` unless set: none is replaced, "
            + "and the group is degraded."),
    ];

    /// <summary>Of the resource.</summary>
    public static SchemaAttribute Resource { get; } = SchemaAttribute.Either(
        Name,
        new AttributeType.ObjectType([.. Inner.Select(one => SchemaAttribute.Either(one.Name, AttributeType.Text, one.Description))]),
        "What is done about instances that run and do not work. Defaults for a new group unless set; left as it is when taken away again.");

    /// <summary>Of the data source.</summary>
    public static SchemaAttribute DataSource { get; } = SchemaAttribute.Computed(
        Name,
        new AttributeType.ObjectType([.. Inner.Select(one => SchemaAttribute.Computed(one.Name, AttributeType.Text, one.Description))]),
        "What is done about instances that run and do not work.");

    /// <summary>What of a configuration or a plan is known, as the API takes it; null for nothing.</summary>
    public static RepairInput? Input(Fields group)
    {
        if (group.Inner(Name) is not { } repair)
        {
            return null;
        }

        var input = new RepairInput
        {
            Mode = repair.Text("mode"),
            Order = repair.Text("order"),
            UnavailableMax = repair.Text("unavailable_max"),
            Surge = repair.Text("surge"),
            WhenMost = repair.Text("when_most"),
        };
        return input == new RepairInput() ? null : input;
    }

    /// <summary>What must change; null when nothing must.</summary>
    public static RepairInput? Change(GroupView now, Fields planned)
    {
        if (Input(planned) is not { } wanted)
        {
            return null;
        }

        var known = new Fields(Of(now.Repair));
        var input = new RepairInput
        {
            Mode = Other(wanted.Mode, known.Text("mode")),
            Order = Other(wanted.Order, known.Text("order")),
            UnavailableMax = Other(wanted.UnavailableMax, known.Text("unavailable_max")),
            Surge = Other(wanted.Surge, known.Text("surge")),
            WhenMost = Other(wanted.WhenMost, known.Text("when_most")),
        };
        return input == new RepairInput() ? null : input;
    }

    /// <summary>Repair as a value; the defaults where nothing else was said.</summary>
    public static Value.Mapping Of(RepairView? repair) => Value.Object(
        ("mode", Value.Of(repair?.Mode ?? RepairRules.Word(Default.Mode))),
        ("order", Value.Of(repair?.Order ?? RepairRules.Word(Default.Order))),
        ("unavailable_max", Value.Of(repair?.UnavailableMax ?? Default.UnavailableMax.ToString())),
        ("surge", Value.Of(repair?.Surge ?? Default.Surge.ToString())),
        ("when_most", Value.Of(repair?.WhenMost ?? RepairRules.Word(Default.WhenMost))));

    /// <summary>What can be said without a server, once all of it is known.</summary>
    public static void Check(Fields config, FindingList findings)
    {
        if (config.Inner(Name) is not { } repair || repair.Object.HasUnknown || Input(config) is not { } input)
        {
            return;
        }

        var errors = ImmutableArray.CreateBuilder<InputError>();
        RepairRules.Resolve(
            new()
            {
                Mode = input.Mode,
                Order = input.Order,
                UnavailableMax = input.UnavailableMax,
                Surge = input.Surge,
                WhenMost = input.WhenMost,
            },
            Default, errors);
        foreach (var wrong in errors)
        {
            findings.Invalid(
                ApiFields.Place(GroupSchema.Resource, wrong.Field) ?? AttributePath.Of(Name), wrong.Value, wrong.Allowed);
        }
    }

    private static string? Other(string? wanted, string? now) => wanted == now ? null : wanted;
}
