using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Muster.Terraform.Providers;
using Muster.Terraform.Schemas;

namespace Muster.Terraform.Documentation;

/// <summary>Makes the pages of <c>docs/terraform</c>, laid out as the registries want them, from the schemas and the examples.</summary>
internal static class ReferencePages
{
    private const string Mark =
        "<!-- Made from the provider's schema and examples/terraform: MUSTER_ACCEPT=1 ./test Terraform writes it anew. -->";

    /// <summary>Every page with its path below the documentation's folder.</summary>
    /// <param name="example">Reads a file below the folder of the examples; null when there is none.</param>
    public static ImmutableArray<(string Path, string Text)> All(Func<string, string?> example) =>
    [
        ("index.md", Page(
            "Muster Provider", "Muster Provider", ProviderSettings.Schema, IndexPage.Notes, example("provider/provider.tf"), import: null)),
        .. MusterProvider.Resources.Select(resource => ($"resources/{Short(resource.TypeName)}.md", Page(
            $"{resource.TypeName} Resource - muster", $"{resource.TypeName} (Resource)", resource.Schema, notes: null,
            example($"resources/{resource.TypeName}/resource.tf"), example($"resources/{resource.TypeName}/import.sh")))),
        .. MusterProvider.DataSources.Select(source => ($"data-sources/{Short(source.TypeName)}.md", Page(
            $"{source.TypeName} Data Source - muster", $"{source.TypeName} (Data Source)", source.Schema, notes: null,
            example($"data-sources/{source.TypeName}/data-source.tf"), import: null))),
    ];

    private static string Page(string title, string heading, Schema schema, string? notes, string? example, string? import)
    {
        var page = new StringBuilder();
        Line(page, $"---\npage_title: \"{title}\"\ndescription: |-\n  {schema.Description}\n---\n");
        Line(page, $"{Mark}\n\n# {heading}\n\n{schema.Description}");
        Code(page, "Example Usage", "terraform", example);
        if (notes is not null)
        {
            Line(page, $"\n{notes.TrimEnd()}");
        }

        Line(page, "\n## Schema");
        var nested = new List<(string Path, SchemaAttribute Attribute)>();
        Attributes(page, "###", "", schema.Attributes, nested);
        for (var next = 0; next < nested.Count; next++)
        {
            var (path, attribute) = nested[next];
            Line(page, $"\n<a id=\"{Anchor(path)}\"></a>\n### Nested Schema for `{path}`");
            Attributes(page, "####", $"{path}.", ((AttributeType.ObjectType)attribute.Type).Attributes, nested);
        }

        Code(page, "Import", "shell", import);
        return page.ToString();
    }

    private static void Attributes(
        StringBuilder page, string level, string prefix, ImmutableArray<SchemaAttribute> attributes, List<(string, SchemaAttribute)> nested)
    {
        foreach (var (title, isIn) in Sections)
        {
            var section = attributes.Where(isIn).OrderBy(attribute => attribute.Name, StringComparer.Ordinal).ToList();
            if (section.Count == 0)
            {
                continue;
            }

            Line(page, $"\n{level} {title}\n");
            foreach (var attribute in section)
            {
                var path = prefix + attribute.Name;
                var (sensitive, see) = (attribute.IsSensitive ? ", Sensitive" : "", "");
                if (attribute.Type is AttributeType.ObjectType)
                {
                    nested.Add((path, attribute));
                    see = $" (see [below](#{Anchor(path)}))";
                }

                Line(page, $"- `{attribute.Name}` ({Words(attribute)}{sensitive}) {attribute.Description}{see}");
            }
        }
    }

    private static ImmutableArray<(string Title, Func<SchemaAttribute, bool> IsIn)> Sections { get; } =
    [
        ("Required", attribute => attribute.IsRequired),
        ("Optional", attribute => attribute.IsOptional),
        ("Read-Only", attribute => attribute is { IsRequired: false, IsOptional: false }),
    ];

    private static string Words(SchemaAttribute attribute) => attribute.Type switch
    {
        AttributeType.TextType => "String",
        AttributeType.NumberType => "Number",
        AttributeType.FlagType => "Boolean",
        AttributeType.ListType => "List of String",
        AttributeType.MapType => "Map of String",
        AttributeType.ObjectType { IsList: true } when attribute.IsBlock => "Block List",
        _ when attribute.IsBlock => "Block",
        AttributeType.ObjectType { IsList: true } => "Attributes List",
        _ => "Attributes",
    };

    private static void Code(StringBuilder page, string heading, string language, string? code)
    {
        if (code is not null)
        {
            Line(page, $"\n## {heading}\n\n```{language}\n{code.TrimEnd()}\n```");
        }
    }

    private static string Anchor(string path) => $"nestedatt--{path.Replace(".", "--", StringComparison.Ordinal)}";

    private static string Short(string typeName) => typeName["muster_".Length..];

    private static void Line(StringBuilder page, string text) => page.Append(CultureInfo.InvariantCulture, $"{text}\n");
}
