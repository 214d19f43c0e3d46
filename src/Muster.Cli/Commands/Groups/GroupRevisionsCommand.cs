using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group revisions</c></summary>
internal sealed class GroupRevisionsCommand : ClientCommand
{
    private const int LimitDefault = 20;

    private readonly NameArgument _name = new("group");
    private readonly NumberOption _limit = new("--limit", $"Revisions at most; {LimitDefault} unless set.", 1, 1000);

    public GroupRevisionsCommand(Terminal terminal)
        : base(
            terminal, "revisions", "Show what a group was to be made of: each change of template or placements, newest first.",
            OutputOptions.NamelessTable(),
            "muster group revisions web",
            "muster group revisions web --limit 1 --json")
    {
        Add(_name);
        Add(_limit);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var page = await client.ListRevisionsAsync(
            parse.GetRequiredValue(_name), new() { Limit = parse.GetValue(_limit) ?? LimitDefault }, cancellationToken);
        RevisionViews.Write(Terminal, page.Items, Format(parse));
        return ExitCode.Ok;
    }
}
