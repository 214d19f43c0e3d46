using System.Collections.Immutable;
using System.Globalization;

using Muster.Terraform.Schemas;

namespace Muster.Terraform.Findings;

/// <summary>Finds the API's fields in a configuration: <c>tags.role</c>, <c>networks[0]</c>, <c>brakes.launches_per_hour_max</c>.</summary>
internal static class ApiFields
{
    /// <returns>The path; null when the schema has no such attribute.</returns>
    public static AttributePath? Place(Schema schema, string field) => Place(schema.Attributes, new([]), field);

    private static AttributePath? Place(ImmutableArray<SchemaAttribute> attributes, AttributePath within, string field)
    {
        var end = field.IndexOfAny(['.', '[']);
        var name = end < 0 ? field : field[..end];
        if (attributes.FirstOrDefault(attribute => attribute.Name == name) is not { } attribute)
        {
            return null;
        }

        var path = within.At(name);
        var rest = end < 0 ? "" : field[(end + 1)..];
        return (attribute.Type, rest) switch
        {
            (_, "") => path,
            (AttributeType.MapType, _) => path.AtKey(rest),
            (AttributeType.ListType, _) when Index(rest) is { } index => path.AtIndex(index),
            (AttributeType.ObjectType { IsList: true } nested, _) when Index(rest) is { } index =>
                Place(nested.Attributes, path.AtIndex(index), rest[(rest.IndexOf(']', StringComparison.Ordinal) + 1)..].TrimStart('.'))
                ?? path.AtIndex(index),
            (AttributeType.ObjectType { IsList: false } nested, _) => Place(nested.Attributes, path, rest) ?? path,
            _ => path,
        };
    }

    /// <summary>The number before the bracket that closes; null when there is none.</summary>
    private static int? Index(string rest) =>
        rest.IndexOf(']', StringComparison.Ordinal) is > 0 and var end
        && int.TryParse(rest.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;
}
