using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group show</c></summary>
internal sealed class GroupShowCommand : ClientCommand
{
    // Enough to see a rhythm; `group checks` has more.
    private const int ChecksShown = 3;

    private readonly NameArgument _name = new("group");
    private readonly Option<bool> _archived = new("--archived")
    {
        Description = "Where no living group has the name, show the one that had it last.",
    };

    public GroupShowCommand(Terminal terminal)
        : base(
            terminal, "show", "Show a group: what is wanted and what is so, and its last checks.",
            "muster group show web",
            "muster group show web --archived",
            "muster group show web --json")
    {
        Add(_name);
        Add(_archived);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var group = await client.GetGroupAsync(parse.GetRequiredValue(_name), parse.GetValue(_archived), cancellationToken);
        GroupViews.Write(Terminal, group, Format(parse));
        if (!WantsJson(parse)
            && await client.ListChecksAsync(group.Id.ToString(), ChecksShown, cancellationToken) is { Items.Count: > 0 } checks)
        {
            Terminal.Out.WriteLine();
            CheckRunViews.Write(Terminal, checks.Items, Output.Text);
        }

        return ExitCode.Ok;
    }
}
