using Muster.Api.Templates;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Server.Templates;

/// <summary>Templates as they go over the wire.</summary>
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
}
