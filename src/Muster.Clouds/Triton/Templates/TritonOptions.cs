using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Options;
using Muster.Core.Templates;

namespace Muster.Clouds.Triton.Templates;

/// <summary>The options of a template that only Triton knows.</summary>
internal static partial class TritonOptions
{
    /// <summary>Rules about which machines stand together.</summary>
    private static readonly ConfigOption<string?> AffinityRules = Option.Of<string?>(
        "affinity", "rules with commas between: `instance!=web*, role==~db`", "none",
        "rules with commas between, each KEY OP VALUE: KEY is instance, container or a tag, OP one of == != ==~ !=~, VALUE a text, "
        + "a pattern with *, or /regex/",
        TryRules, null);

    private static readonly ConfigOption<string?> Brand = Option.Of<string?>(
        "brand",
        "`kvm` or `bhyve`",
        "the image's",
        "kvm or bhyve",
        (string text, out string? brand) => (brand = text) is "kvm" or "bhyve",
        null);

    private static readonly ConfigOption<string?> DelegateDataset = Switch("delegate_dataset");
    private static readonly ConfigOption<string?> Encrypted = Switch("encrypted");

    /// <summary>All of them.</summary>
    public static ImmutableArray<ConfigOption> All { get; } = [AffinityRules, Brand, DelegateDataset, Encrypted];

    /// <summary>The rules of a template, in order; empty for none.</summary>
    public static ImmutableArray<string> Affinity(Template template) =>
        template.Options.TryGetValue(AffinityRules.Name, out var rules) ? Split(rules) : [];

    /// <summary>Writes the others as CreateMachine takes them.</summary>
    public static void Write(Utf8JsonWriter json, Template template)
    {
        foreach (var (name, value) in template.Options.Where(option => option.Key != AffinityRules.Name))
        {
            if (value is "true" or "false")
            {
                json.WriteBoolean(name, value == "true");
            }
            else
            {
                json.WriteString(name, value);
            }
        }
    }

    /// <summary>Notes what is wrong with them.</summary>
    public static void Check(TemplateReader reader)
    {
        foreach (var option in new[] { AffinityRules, Brand, DelegateDataset, Encrypted })
        {
            reader.Read(option);
        }
    }

    private static ConfigOption<string?> Switch(string name) => Option.Of<string?>(
        name,
        "`true` or `false`",
        "CloudAPI's default",
        "true or false",
        (string text, out string? isOn) => (isOn = text) is "true" or "false",
        null);

    private static bool TryRules(string text, out string? rules)
    {
        rules = text;
        return Split(text) is { IsEmpty: false } split && split.All(rule => Rule().IsMatch(rule));
    }

    /// <summary>At commas, but for those within a /regex/.</summary>
    private static ImmutableArray<string> Split(string rules)
    {
        var parts = ImmutableArray.CreateBuilder<string>();
        var (start, inRegex) = (0, false);
        for (var i = 0; i <= rules.Length; i++)
        {
            inRegex ^= i < rules.Length && rules[i] == '/';
            if (i == rules.Length || (rules[i] == ',' && !inRegex))
            {
                parts.Add(rules[start..i].Trim());
                start = i + 1;
            }
        }

        return parts.ToImmutable().RemoveAll(part => part.Length == 0);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.-]+\s*(==~|!=~|==|!=)\s*\S.*$", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
