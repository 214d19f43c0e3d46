using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Templates;

/// <summary><c>muster template archive</c></summary>
internal sealed class TemplateArchiveCommand : ClientCommand
{
    private readonly NameArgument _name = new("template");

    public TemplateArchiveCommand(Terminal terminal)
        : base(
            terminal, "archive", "Archive a template that no group uses: its name is free again, its history stays.",
            "muster template archive web")
    {
        Add(_name);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var template = await client.ArchiveTemplateAsync(parse.GetRequiredValue(_name), cancellationToken);
        TemplateViews.WriteLine(Terminal, template, Format(parse));
        return ExitCode.Ok;
    }
}
