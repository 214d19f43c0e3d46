using Muster.Terraform.Groups;
using Muster.Terraform.Policies;
using Muster.Terraform.Resources;
using Muster.Terraform.Schemas;
using Muster.Terraform.Templates;
using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Support;

/// <summary>Configurations as a user would write them; a test names only what matters to it.</summary>
internal static class Configs
{
    public const string TemplateId = "00000000-0000-4000-8000-000000000001";

    public static IResource Group { get; } = new GroupResource();

    public static IResource Template { get; } = new TemplateResource();

    public static IResource Policy { get; } = new PolicyResource();

    /// <summary>A policy of group web with nothing but what is given.</summary>
    public static Value.Mapping PolicyOf(string name, string kind, params (string Name, Value Value)[] fields) => Policy.Schema.Fill(
        ("group", Value.Of("web")), ("name", Value.Of(name)), ("kind", Value.Of(kind))).With(fields);

    /// <summary>The CPU above 80 for five minutes: 30 % more.</summary>
    public static Value.Mapping AlarmOf(params (string Name, Value Value)[] fields) => PolicyOf(
        "alarm", "step", ("metric", Value.Of("cpu")), ("above", Value.Of(80)), ("for", Value.Of("5m")), ("add", Value.Of("30%")))
        .With(fields);

    /// <summary>Three in work hours, none at night.</summary>
    public static Value.Mapping OfficeOf(params (string Name, Value Value)[] fields) => PolicyOf(
        "office", "schedule", ("windows", Value.Of(["Mon-Fri 08:00-18:00"])), ("zone", Value.Of("Europe/Berlin")),
        ("inside", FrameOf(min: 3)), ("outside", FrameOf(max: 0)))
        .With(fields);

    /// <summary>What holds in a schedule's windows, or outside.</summary>
    public static Value.Mapping FrameOf(int? min = null, int? max = null, int? floor = null) =>
        Value.Object(("min", Value.Of(min)), ("max", Value.Of(max)), ("floor", Value.Of(floor)));

    /// <summary>A group with nothing but what is given.</summary>
    public static Value.Mapping BareGroupOf(params (string Name, Value Value)[] fields) => Group.Schema.Fill(fields);

    /// <summary>A group called web of three.</summary>
    public static Value.Mapping GroupOf(params (string Name, Value Value)[] fields) => Group.Schema.Fill(
        ("name", Value.Of("web")), ("template_id", Value.Of(TemplateId)), ("capacity", Value.Of(3))).With(fields);

    /// <summary>The same with placements instead of a template.</summary>
    public static Value.Mapping SpreadOf(params Value.Mapping[] placements) =>
        GroupOf(("template_id", Value.Null), ("placement", new Value.Sequence([.. placements])));

    /// <summary>A placement with nothing but what is given.</summary>
    public static Value.Mapping PlacementOf(string name, Value template, params (string Name, Value Value)[] fields) => Value.Object(
        PlacementFields.All.Select(field => (field.Attribute.Name, Value.Null)))
        .With(("name", Value.Of(name)), ("template_id", template)).With(fields);

    /// <summary>A template called web-1.</summary>
    public static Value.Mapping TemplateOf(params (string Name, Value Value)[] fields) => Template.Schema.Fill(
        ("name", Value.Of("web-1")), ("cloud", Value.Of("sim")), ("image", Value.Of("hello"))).With(fields);

    /// <summary>What a server might say where a plan knows nothing.</summary>
    public static Value.Mapping Made(IResource resource, Value planned) => (Value.Mapping)Settling.Settle(planned, Known(resource.Schema));

    private static Value.Mapping Known(Schema schema) =>
        Value.Object(schema.Attributes.Select(attribute => (attribute.Name, Known(attribute.Type))));

    private static Value Known(AttributeType type) => type switch
    {
        AttributeType.TextType => Value.Of("made"),
        AttributeType.NumberType => Value.Of(7),
        AttributeType.FlagType => Value.Of(true),
        AttributeType.ObjectType { IsList: false } nested =>
            Value.Object(nested.Attributes.Select(inner => (inner.Name, Known(inner.Type)))),
        _ => Value.Null,
    };
}
