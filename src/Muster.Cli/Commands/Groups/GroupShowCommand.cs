using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group show</c></summary>
internal sealed class GroupShowCommand : ClientCommand
{
    private readonly NameArgument name = new("group");

    public GroupShowCommand(Terminal terminal)
        : base(
            terminal, "show", "Show a group: what is wanted and what is so.",
            "muster group show web",
            "muster group show web --json")
    {
        Add(name);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var group = await client.GetGroupAsync(parse.GetRequiredValue(name), cancellationToken);
        GroupViews.Write(Terminal, group, WantsJson(parse));
        return ExitCode.Ok;
    }
}
