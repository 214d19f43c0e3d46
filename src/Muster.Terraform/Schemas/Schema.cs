using System.Collections.Immutable;

using Muster.Terraform.Values;

namespace Muster.Terraform.Schemas;

/// <summary>What may be said about the provider, a resource or a data source.</summary>
/// <param name="Description">In Markdown; the documentation begins with it.</param>
/// <param name="Attributes">In the order of the documentation.</param>
/// <remarks>
/// There is no version but 0 as long as attributes are only added or dropped: <see cref="Conform"/> brings any such state up to date.
/// Once one changes its meaning, the version rises, and the step from the old one belongs before <see cref="Conform"/>.
/// </remarks>
internal sealed record Schema(string Description, ImmutableArray<SchemaAttribute> Attributes)
{
    /// <summary>Written into every state; state of a higher one is refused.</summary>
    public const long Version = 0;

    /// <summary>An object with every attribute, those without a value null; blocks that may be repeated are empty then.</summary>
    public Value.Mapping Fill(params IEnumerable<(string Name, Value Value)> fields) =>
        Value.Object(Attributes.Select(attribute => (attribute.Name, attribute.IsBlock ? Given(Value.Null, attribute) : Value.Null)))
            .With(fields);

    /// <summary>
    /// The value as an object of this schema: what it lacks is null, what the schema does not know is dropped, and a list or map that is
    /// empty unless set is empty also where it was null.
    /// </summary>
    /// <exception cref="ValueException">An attribute holds another kind than the schema's.</exception>
    public Value Conform(Value value) => Conform(value, Attributes, "");

    private static Value Conform(Value value, ImmutableArray<SchemaAttribute> attributes, string path) => value switch
    {
        { IsGiven: false } => value,
        Value.Mapping mapping => Value.Object(attributes.Select(attribute => (
            attribute.Name,
            Conform(
                Given(new Fields(mapping)[attribute.Name], attribute),
                attribute.Type,
                path.Length == 0 ? attribute.Name : $"{path}.{attribute.Name}")))),
        _ => throw Wrong(path, "an object"),
    };

    /// <summary>Null and empty are one: states of before, and imports, say either.</summary>
    private static Value Given(Value value, SchemaAttribute attribute) =>
        value.IsNull && attribute.Default is Value.Sequence or Value.Mapping ? attribute.Default : value;

    private static Value Conform(Value value, AttributeType type, string path) => (type, value) switch
    {
        (_, { IsGiven: false }) => value,
        (AttributeType.TextType, Value.Text) or (AttributeType.NumberType, Value.Number) or (AttributeType.FlagType, Value.Flag) => value,
        (AttributeType.ListType list, Value.Sequence items) =>
            new Value.Sequence([.. items.Items.Select((item, index) => Conform(item, list.Item, $"{path}[{index}]"))]),
        (AttributeType.MapType map, Value.Mapping items) =>
            Value.Object(items.Items.Select(item => (item.Key, Conform(item.Value, map.Item, $"{path}.{item.Key}")))),
        (AttributeType.ObjectType { IsList: true } nested, Value.Sequence items) =>
            new Value.Sequence([.. items.Items.Select((item, index) => Conform(item, nested.Attributes, $"{path}[{index}]"))]),
        (AttributeType.ObjectType { IsList: false } nested, _) => Conform(value, nested.Attributes, path),
        _ => throw Wrong(path, Words(type)),
    };

    private static string Words(AttributeType type) => type switch
    {
        AttributeType.TextType => "a string",
        AttributeType.NumberType => "a number",
        AttributeType.FlagType => "a bool",
        AttributeType.ListType or AttributeType.ObjectType { IsList: true } => "a list",
        AttributeType.MapType => "a map",
        _ => "an object",
    };

    private static ValueException Wrong(string path, string wanted) => new($"{(path.Length == 0 ? "the whole" : path)} is not {wanted}");
}
