using System.Diagnostics;

using Google.Protobuf;

using Muster.Terraform.Schemas;

namespace Muster.Terraform.Wire;

/// <summary>Schemas as they go over the wire. A mistake here ends Terraform itself, so every one of them is tested.</summary>
internal static class WireSchemas
{
    public static Schema Write(Schemas.Schema schema) => new()
    {
        Version = Schemas.Schema.Version,
        Block = WriteBlock(schema.Description, schema.Attributes),
    };

    private static Schema.Types.Block WriteBlock(string description, IEnumerable<SchemaAttribute> attributes)
    {
        var block = new Schema.Types.Block { Description = description, DescriptionKind = StringKind.Markdown };
        block.Attributes.AddRange(attributes.Where(attribute => !attribute.IsBlock).Select(WriteAttribute));
        block.BlockTypes.AddRange(attributes.Where(attribute => attribute.IsBlock).Select(attribute => new Schema.Types.NestedBlock
        {
            TypeName = attribute.Name,
            Nesting = attribute.Type is AttributeType.ObjectType { IsList: true }
                ? Schema.Types.NestedBlock.Types.NestingMode.List
                : Schema.Types.NestedBlock.Types.NestingMode.Single,
            Block = WriteBlock(attribute.Description, ((AttributeType.ObjectType)attribute.Type).Attributes),
        }));
        return block;
    }

    private static Schema.Types.Attribute WriteAttribute(SchemaAttribute attribute)
    {
        var wire = new Schema.Types.Attribute
        {
            Name = attribute.Name,
            Description = attribute.Description,
            DescriptionKind = StringKind.Markdown,
            Required = attribute.IsRequired,
            Optional = attribute.IsOptional,
            Computed = attribute.IsComputed,
            Sensitive = attribute.IsSensitive,
        };
        if (attribute.Type is AttributeType.ObjectType nested)
        {
            wire.NestedType = new()
            {
                Nesting = nested.IsList ? Schema.Types.Object.Types.NestingMode.List : Schema.Types.Object.Types.NestingMode.Single,
            };
            wire.NestedType.Attributes.AddRange(nested.Attributes.Select(WriteAttribute));
        }
        else
        {
            wire.Type = ByteString.CopyFromUtf8(Json(attribute.Type));
        }

        return wire;
    }

    /// <summary>A type as Terraform writes it in JSON.</summary>
    private static string Json(AttributeType type) => type switch
    {
        AttributeType.TextType => "\"string\"",
        AttributeType.NumberType => "\"number\"",
        AttributeType.FlagType => "\"bool\"",
        AttributeType.ListType list => $"[\"list\",{Json(list.Item)}]",
        AttributeType.MapType map => $"[\"map\",{Json(map.Item)}]",
        _ => throw new UnreachableException($"type {type.GetType()}"),
    };
}
