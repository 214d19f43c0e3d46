using System.Collections.Immutable;

namespace Muster.Terraform.Schemas;

/// <summary>What may stand in an attribute. Closed: the private constructor admits only the kinds nested here.</summary>
internal abstract record AttributeType
{
    private AttributeType() { }

    public static AttributeType Text { get; } = new TextType();

    public static AttributeType Number { get; } = new NumberType();

    public static AttributeType Flag { get; } = new FlagType();

    public static AttributeType Texts { get; } = new ListType(Text);

    public static AttributeType Entries { get; } = new MapType(Text);

    internal sealed record TextType : AttributeType;

    internal sealed record NumberType : AttributeType;

    internal sealed record FlagType : AttributeType;

    internal sealed record ListType(AttributeType Item) : AttributeType;

    internal sealed record MapType(AttributeType Item) : AttributeType;

    /// <summary>An object with attributes of its own, or a list of such objects.</summary>
    internal sealed record ObjectType(ImmutableArray<SchemaAttribute> Attributes, bool IsList = false) : AttributeType;
}
