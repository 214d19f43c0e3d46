using System.Globalization;

using Muster.Terraform.Schemas;

namespace Muster.Terraform.Findings;

/// <summary>Finds the API's fields in a configuration: <c>tags.role</c>, <c>networks[0]</c>, <c>brakes.launches_per_hour_max</c>.</summary>
internal static class ApiFields
{
    /// <returns>The path; null when the schema has no such attribute.</returns>
    public static AttributePath? Place(Schema schema, string field)
    {
        var end = field.IndexOfAny(['.', '[']);
        var name = end < 0 ? field : field[..end];
        if (schema.Attributes.FirstOrDefault(attribute => attribute.Name == name) is not { } attribute)
        {
            return null;
        }

        var path = AttributePath.Of(name);
        var rest = end < 0 ? "" : field[(end + 1)..];
        return (attribute.Type, rest) switch
        {
            (_, "") => path,
            (AttributeType.MapType, _) => path.AtKey(rest),
            (AttributeType.ListType, _)
                when int.TryParse(rest.TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var index) =>
                path.AtIndex(index),
            (AttributeType.ObjectType { IsList: false } nested, _) when nested.Attributes.Any(inner => inner.Name == rest) => path.At(rest),
            _ => path,
        };
    }
}
