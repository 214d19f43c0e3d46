using Muster.Api;
using Muster.Api.Templates;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Templates;

/// <summary>How templates are shown.</summary>
internal static class TemplateViews
{
    public static void Write(Terminal terminal, TemplateView template, Output output)
    {
        if (output.IsJson)
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
    public static void WriteLine(Terminal terminal, TemplateView template, Output output)
    {
        if (output.IsJson)
        {
            Json.Write(terminal.Out, template, ApiJson.Default.TemplateView);
            return;
        }

        terminal.Out.WriteLine(
            VisibleText.OneLine($"{template.Name}: {(template.ArchivedAt is null ? "created" : "archived")}, id {template.Id}"));
    }

    public static void Write(Terminal terminal, IReadOnlyList<TemplateView> templates, Output output)
    {
        if (output.IsJson)
        {
            Json.WriteArray(terminal.Out, templates, ApiJson.Default.TemplateView);
            return;
        }

        if (output.IsName)
        {
            Names.Write(terminal, templates.Select(template => template.Name));
            return;
        }

        var grid = new Grid(
            "NAME", "CLOUD", new Column("IMAGE", Drop: 1) { Wraps = true }, new Column("SIZE", Drop: 2), new Column("CREATED", Drop: 3),
            new Column("ID") { IsId = true });
        foreach (var template in templates)
        {
            var tone = template.ArchivedAt is null ? Tone.Plain : Tone.Dim;
            grid.Add(
                new Cell(template.Name, tone), template.Cloud, template.Image, template.Size,
                Moments.Text(template.CreatedAt), new Cell(template.Id.ToString(), Tone.Dim));
        }

        grid.Write(terminal, output);
    }
}
