using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Templates;

/// <summary><c>muster template list</c></summary>
internal sealed class TemplateListCommand : ClientCommand
{
    private readonly Option<bool> _archived = new("--archived") { Description = "Show the archived ones too." };

    public TemplateListCommand(Terminal terminal)
        : base(terminal, "list", "List templates, by name.", OutputOptions.Table(), "muster template list --json")
    {
        Add(_archived);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var includeArchived = parse.GetValue(_archived);
        var templates = await MusterClient
            .AllAsync(page => client.ListTemplatesAsync(page, includeArchived, cancellationToken), cancellationToken)
            .ToListAsync(cancellationToken);
        TemplateViews.Write(Terminal, templates, Format(parse));
        return ExitCode.Ok;
    }
}
