using Muster.Clouds;
using Muster.Clouds.Kit;
using Muster.Core.Options;

namespace Muster.Cli.Arguments;

/// <summary>The options that kinds of clouds have, for help; from the kinds' own descriptions.</summary>
internal static class KindOptions
{
    /// <summary>What stands for an option that must be set.</summary>
    public const string Required = "required";

    /// <summary>The options of templates, a row for each kind that has some.</summary>
    public static IEnumerable<(string Label, string? Description)> OfTemplates() => CloudKinds.All
        .Where(kind => !kind.Description.TemplateOptions.IsEmpty)
        .Select(kind => (kind.Name, (string?)string.Join(", ", kind.Description.TemplateOptions.Select(option => option.Name))));

    /// <summary>The options of a cloud of that kind.</summary>
    public static IEnumerable<(string Label, string? Description)> OfConfiguration(string kind) =>
        CloudKinds.Find(kind)!.Description.Options.Select(option => (option.Name, (string?)Plain(option.Meaning + UnlessSet(option))));

    /// <summary>A text without its Markdown.</summary>
    public static string Plain(string markdown) => markdown.Replace("`", "", StringComparison.Ordinal);

    private static string UnlessSet(ConfigOption option) => option.UnlessSet switch
    {
        "none" => "",
        Required => "; required",
        var held => $"; {held} unless set",
    };
}
