using System.Collections.Immutable;

using Muster.Api.Templates;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Server.Templates;

/// <summary>Templates as they go over the wire, and back.</summary>
internal static class TemplateViews
{
    public static TemplateView View(Template template) => new()
    {
        Id = template.Id.Value,
        Name = template.Name,
        Cloud = template.Cloud,
        NamePrefix = template.NamePrefix,
        Image = template.Image,
        Size = template.Size,
        Networks = template.Networks,
        FirewallEnabled = template.FirewallEnabled,
        UserData = template.UserData,
        Metadata = template.Metadata,
        Tags = template.Tags,
        Options = template.Options,
        CreatedAt = template.CreatedAt,
        ArchivedAt = template.ArchivedAt,
    };

    public static TemplateCheckView View(TemplateCheck check) => new()
    {
        Good = check.IsGood,
        Findings = [.. check.Findings.Select(finding => new TemplateFindingView
        {
            Field = finding.Field,
            Good = finding.IsGood,
            Message = finding.Message,
        })],
    };

    /// <summary>What was left out becomes empty, which <see cref="TemplateRules"/> reports as missing where it is required.</summary>
    public static Template Template(TemplateInput input, TemplateId id, AccountId account, DateTimeOffset now) => new()
    {
        Id = id,
        Account = account,
        Name = input.Name ?? "",
        Cloud = input.Cloud ?? "",
        NamePrefix = input.NamePrefix,
        Image = input.Image ?? "",
        Size = input.Size,
        Networks = [.. input.Networks ?? []],
        FirewallEnabled = input.FirewallEnabled ?? false,
        UserData = input.UserData,
        Metadata = Sorted(input.Metadata),
        Tags = Sorted(input.Tags),
        Options = Sorted(input.Options),
        CreatedAt = now,
    };

    private static ImmutableSortedDictionary<string, string> Sorted(IReadOnlyDictionary<string, string>? entries) =>
        entries?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? ImmutableSortedDictionary<string, string>.Empty;
}
