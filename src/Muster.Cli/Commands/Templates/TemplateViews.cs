using Muster.Api;
using Muster.Api.Templates;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Templates;

/// <summary>How templates are shown.</summary>
internal static class TemplateViews
{
    public static void Write(Terminal terminal, TemplateView template, bool json)
    {
        if (json)
        {
            Json.Write(terminal.Out, template, ApiJson.Default.TemplateView);
            return;
        }

        var details = new Details()
            .Add("Name", template.Name)
            .Add("Id", template.Id.ToString())
            .Add("Cloud", template.Cloud)
            .Add("Image", template.Image)
            .Add("Size", template.Size)
            .Add("Name prefix", template.NamePrefix)
            .Add("Networks", string.Join(", ", template.Networks))
            .Add("Firewall", template.FirewallEnabled ? "on" : "off")
            .AddPairs("Metadata", template.Metadata)
            .AddPairs("Tags", template.Tags)
            .AddPairs("Options", template.Options)
            // What it holds may be secret, and long.
            .Add("User data", template.UserData is { } data ? $"{data.Length} characters" : null)
            .Add("Created", Moments.Text(template.CreatedAt));
        if (template.ArchivedAt is { } archivedAt)
        {
            details.Add("Archived", new Cell(Moments.Text(archivedAt), Tone.Dim));
        }

        details.Write(terminal);
    }

    /// <summary>What became of a template, on one line: the answer to a change.</summary>
    public static void WriteLine(Terminal terminal, TemplateView template, bool json)
    {
        if (json)
        {
            Json.Write(terminal.Out, template, ApiJson.Default.TemplateView);
            return;
        }

        terminal.Out.WriteLine($"{template.Name}: {(template.ArchivedAt is null ? "created" : "archived")}, id {template.Id}");
    }

    public static void Write(Terminal terminal, IReadOnlyList<TemplateView> templates, bool json)
    {
        if (json)
        {
            Json.WriteArray(terminal.Out, templates, ApiJson.Default.TemplateView);
            return;
        }

        var grid = new Grid("NAME", "CLOUD", "IMAGE", "SIZE", "CREATED", "ID");
        foreach (var template in templates)
        {
            var tone = template.ArchivedAt is null ? Tone.Plain : Tone.Dim;
            grid.Add(
                new Cell(template.Name, tone), template.Cloud, template.Image, template.Size,
                Moments.Text(template.CreatedAt), new Cell(template.Id.ToString(), Tone.Dim));
        }

        grid.Write(terminal);
    }
}
