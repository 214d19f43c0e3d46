using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Traffic;
using Muster.Terraform.Findings;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>What takes a group's instances in and out of service, as blocks: sources that are taken away again are used no more.</summary>
internal static class TrafficFields
{
    /// <summary>The block, and the list of the data source.</summary>
    public const string Name = "traffic";

    private static readonly ImmutableArray<SchemaAttribute> Inner =
    [
        SchemaAttribute.Required("source", AttributeType.Text, "The source, as a `[[traffic]]` of the server's configuration is called."),
        SchemaAttribute.Optional("backend", AttributeType.Text, "The backend in which the instances get traffic; of HAProxy."),
        SchemaAttribute.Optional("service", AttributeType.Text, "The service as which the instances are registered; of Consul."),
        SchemaAttribute.Optional("port", AttributeType.Number, "The port on which they take traffic, 1 to 65535. Not beside `attribute`."),
        SchemaAttribute.Optional(
            "attribute", AttributeType.Text, "The attribute of each instance that holds its port, such as `port` of the cloud `local`."),
        SchemaAttribute.Optional(
            "network", AttributeType.Text,
            "Which of its addresses: the first within this network, such as `10.0.0.0/8`. The first of all unless set."),
        SchemaAttribute.Optional("path", AttributeType.Text, "What is asked for at each instance, with a slash in front; of HTTP."),
        SchemaAttribute.Defaulted(
            "health", AttributeType.Flag, Value.Of(false),
            "Whether what the source's own checks say is a finding on the instances' health. `false` unless set."),
    ];

    /// <summary>Of the resource.</summary>
    public static SchemaAttribute Resource { get; } = SchemaAttribute.Defaulted(
        Name, new AttributeType.ObjectType(Inner, IsList: true), new Value.Sequence([]),
        $"A source of traffic: instances join it when they are in service, and leave it before they end. At most {TrafficRules.UsesMax} "
        + "blocks.") with { IsBlock = true };

    /// <summary>Of the data source.</summary>
    public static SchemaAttribute DataSource { get; } = SchemaAttribute.Computed(
        Name,
        new AttributeType.ObjectType(
            [.. Inner.Select(one => SchemaAttribute.Computed(one.Name, one.Type, one.Description))], IsList: true),
        "What takes the instances in and out of service.");

    /// <summary>All the sources of a new group; null for none, of which an older server knows nothing.</summary>
    public static IReadOnlyList<TrafficUseInput>? New(Fields planned) => Input(planned) is { Count: > 0 } uses ? uses : null;

    /// <summary>All the sources that there are to be; null when nothing must change.</summary>
    public static IReadOnlyList<TrafficUseInput>? Change(GroupView now, Fields planned) => Input(planned) is not { } wanted ? null
        : wanted.SequenceEqual((now.Traffic ?? []).Select(Input)) ? null
        : wanted;

    /// <summary>Sources as a value.</summary>
    /// <param name="uses">As the server has them; null for none.</param>
    public static Value Of(IReadOnlyList<TrafficUseView>? uses) => new Value.Sequence(
    [
        .. (uses ?? []).Select(use => Value.Object(
            ("source", Value.Of(use.Source)),
            ("backend", Value.Of(use.Backend)),
            ("service", Value.Of(use.Service)),
            ("port", Value.Of(use.Port)),
            ("attribute", Value.Of(use.Attribute)),
            ("network", Value.Of(use.Network)),
            ("path", Value.Of(use.Path)),
            ("health", Value.Of(use.Health)))),
    ]);

    /// <summary>
    /// What can be said without a server, once all of it is known. Which sources there are, and what each needs, it alone knows.
    /// </summary>
    public static void Check(Fields config, FindingList findings)
    {
        if (config[Name] is not Value.Sequence blocks || blocks.HasUnknown || Input(config) is not { } input)
        {
            return;
        }

        var errors = ImmutableArray.CreateBuilder<InputError>();
        TrafficRules.Resolve(
            [
                .. input.Select(use => new TrafficUseEdit
                {
                    Source = use.Source,
                    Backend = use.Backend,
                    Service = use.Service,
                    Port = use.Port,
                    Attribute = use.Attribute,
                    Network = use.Network,
                    Path = use.Path,
                    Health = use.Health,
                }),
            ],
            TrafficUses.None, directory: null, errors);
        foreach (var wrong in errors)
        {
            findings.Invalid(ApiFields.Place(GroupSchema.Resource, wrong.Field) ?? AttributePath.Of(Name), wrong.Value, wrong.Allowed);
        }
    }

    private static IReadOnlyList<TrafficUseInput>? Input(Fields group) => group[Name] is not Value.Sequence blocks ? null :
    [
        .. blocks.Items.Select(Fields.Of).Select(block => new TrafficUseInput
        {
            Source = block.Text("source"),
            Backend = block.Text("backend"),
            Service = block.Text("service"),
            Port = block.Whole("port"),
            Attribute = block.Text("attribute"),
            Network = block.Text("network"),
            Path = block.Text("path"),
            Health = block.Flag("health") ?? false,
        }),
    ];

    private static TrafficUseInput Input(TrafficUseView view) => new()
    {
        Source = view.Source,
        Backend = view.Backend,
        Service = view.Service,
        Port = view.Port,
        Attribute = view.Attribute,
        Network = view.Network,
        Path = view.Path,
        Health = view.Health,
    };
}
