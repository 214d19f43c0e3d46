using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Triton.Templates;

/// <summary>The options of a template that only Triton knows.</summary>
internal static partial class TritonOptions
{
    public const string AffinityOption = "affinity";

    private const string Known = "affinity, brand, delegate_dataset or encrypted";

    /// <summary>The rules of a template, in order; empty for none.</summary>
    public static ImmutableArray<string> Affinity(Template template) =>
        template.Options.TryGetValue(AffinityOption, out var rules) ? Split(rules) : [];

    /// <summary>Writes the others as CreateMachine takes them.</summary>
    public static void Write(Utf8JsonWriter json, Template template)
    {
        foreach (var (name, value) in template.Options.Where(option => option.Key != AffinityOption))
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

    /// <summary>Adds what is wrong with them.</summary>
    public static void Check(Template template, ImmutableArray<TemplateFinding>.Builder findings)
    {
        foreach (var (name, value) in template.Options)
        {
            if (Allowed(name, value) is { } allowed)
            {
                findings.Add(new($"options.{name}", IsGood: false, $"options.{name} is '{value}': {allowed}"));
            }
        }
    }

    private static string? Allowed(string name, string value) => name switch
    {
        AffinityOption => Split(value) is { IsEmpty: false } rules && rules.All(rule => Rule().IsMatch(rule))
            ? null
            : "rules with commas between, each KEY OP VALUE: KEY is instance, container or a tag, OP one of == != ==~ !=~, VALUE a text, a pattern with *, or /regex/",
        "brand" => value is "kvm" or "bhyve" ? null : "kvm or bhyve",
        "delegate_dataset" or "encrypted" => value is "true" or "false" ? null : "true or false",
        _ => $"no such option; allowed are {Known}",
    };

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
