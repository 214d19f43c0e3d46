using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group show</c></summary>
internal sealed class GroupShowCommand : ClientCommand
{
    // Enough to see a rhythm; `group checks` has more.
    private const int ChecksShown = 3;

    private readonly NameArgument name = new("group");

    public GroupShowCommand(Terminal terminal)
        : base(
            terminal, "show", "Show a group: what is wanted and what is so, and its last checks.",
            "muster group show web",
            "muster group show web --json")
    {
        Add(name);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var group = await client.GetGroupAsync(parse.GetRequiredValue(name), cancellationToken);
        GroupViews.Write(Terminal, group, WantsJson(parse));
        if (!WantsJson(parse) && await client.ListChecksAsync(group.Id.ToString(), ChecksShown, cancellationToken) is { Items.Count: > 0 } checks)
        {
            Terminal.Out.WriteLine();
            CheckRunViews.Write(Terminal, checks.Items, json: false);
        }

        return ExitCode.Ok;
    }
}
