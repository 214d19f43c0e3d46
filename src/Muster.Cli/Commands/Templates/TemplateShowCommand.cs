using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Templates;

/// <summary><c>muster template show</c></summary>
internal sealed class TemplateShowCommand : ClientCommand
{
    private readonly NameArgument _name = new("template");

    public TemplateShowCommand(Terminal terminal)
        : base(terminal, "show", "Show a template.", "muster template show web")
    {
        Add(_name);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var template = await client.GetTemplateAsync(parse.GetRequiredValue(_name), cancellationToken);
        TemplateViews.Write(Terminal, template, Format(parse));
        return ExitCode.Ok;
    }
}
