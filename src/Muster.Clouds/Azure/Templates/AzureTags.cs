using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Clouds.Kit.Templates;
using Muster.Core.Instances;

namespace Muster.Clouds.Azure.Templates;

/// <summary>
/// Tags, as Azure has them: names are one whatever their case, and it may show them in another case than they were given.
/// </summary>
/// <remarks>
/// At most 50 of a resource, names up to 512 characters without <![CDATA[< > % & \ ? /]]>, values up to 256: Azure Resource Manager,
/// "Use tags to organize your Azure resources", limitations.
/// </remarks>
internal static class AzureTags
{
    /// <summary>Keeps the name of an instance that Azure does not take as a name.</summary>
    public const string Name = "muster.name";

    /// <summary>Longest value.</summary>
    public const int ValueLengthMax = 256;

    private const int CountMax = 50;
    private const int NameLengthMax = 512;
    private const string NotInNames = "<>%&\\?/";

    private static readonly SearchValues<char> NotInNamesSearch = SearchValues.Create(NotInNames);

    // Muster's own that an instance may carry: what is left of fifty is for the template.
    private const int OwnMax = 11;

    private static readonly string[] Reserved = ["microsoft", "azure", "windows"];

    /// <summary>
    /// What Muster's tags are called there: as they are, since Azure takes a dot. In this one table, so that they are found
    /// whatever case Azure shows them in.
    /// </summary>
    public static ImmutableArray<(string Muster, string Azure)> Table { get; } =
    [
        .. new[]
        {
            MusterTags.Installation, MusterTags.Account, MusterTags.Group, MusterTags.GroupName, MusterTags.Template, MusterTags.Placement,
            MusterTags.Zone, MusterTags.Interruptible, MusterTags.Pool, MusterTags.Launch, Name,
        }.Select(name => (name, name)),
    ];

    private static readonly FrozenDictionary<string, string> Back =
        Table.ToFrozenDictionary(row => row.Azure, row => row.Muster, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> There =
        Table.ToFrozenDictionary(row => row.Muster, row => row.Azure, StringComparer.Ordinal);

    /// <summary>Tags as Azure takes them.</summary>
    public static ImmutableSortedDictionary<string, string> Write(ImmutableSortedDictionary<string, string> tags) =>
        tags.ToImmutableSortedDictionary(tag => There.GetValueOrDefault(tag.Key, tag.Key), tag => tag.Value, StringComparer.Ordinal);

    /// <summary>Tags as Muster knows them.</summary>
    public static ImmutableSortedDictionary<string, string> Read(IEnumerable<KeyValuePair<string, string>>? tags)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags ?? [])
        {
            read[Back.GetValueOrDefault(name, name)] = value ?? "";
        }

        return read.ToImmutable();
    }

    /// <summary>Refuses what Azure would refuse in a template's tags.</summary>
    public static void Check(TemplateReader template)
    {
        var tags = template.Template.Tags;
        foreach (var (name, value) in tags)
        {
            if (name.Length > NameLengthMax || name.AsSpan().ContainsAny(NotInNamesSearch)
                || Reserved.Any(word => name.StartsWith(word, StringComparison.OrdinalIgnoreCase)))
            {
                template.RefuseField(
                    $"tags.{name}", value,
                    $"Azure takes names of up to {NameLengthMax} characters without {string.Join(' ', NotInNames.ToCharArray())} "
                    + $"that do not begin with {string.Join(", ", Reserved)}");
            }
            else if (value.Length > ValueLengthMax)
            {
                template.RefuseField($"tags.{name}", value, $"{ValueLengthMax} characters at most");
            }
        }

        foreach (var same in tags.Keys.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
        {
            template.RefuseField(
                "tags", string.Join(", ", same), "names that differ by more than their case: to Azure these are one");
        }

        if (tags.Count > CountMax - OwnMax)
        {
            template.RefuseField(
                "tags", $"{tags.Count} tags",
                $"{CountMax - OwnMax} at most: Azure takes {CountMax}, and Muster has its own");
        }
    }
}
