using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group list</c></summary>
internal sealed class GroupListCommand : ClientCommand
{
    private readonly Option<bool> _archived = new("--archived") { Description = "Show the archived ones too." };

    public GroupListCommand(Terminal terminal)
        : base(terminal, "list", "List groups, by name.", OutputOptions.Table(), "muster group list")
    {
        Add(_archived);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var includeArchived = parse.GetValue(_archived);
        var groups = await MusterClient
            .AllAsync(page => client.ListGroupsAsync(page, includeArchived, cancellationToken), cancellationToken)
            .ToListAsync(cancellationToken);
        GroupViews.Write(Terminal, groups, Format(parse));
        return ExitCode.Ok;
    }
}
