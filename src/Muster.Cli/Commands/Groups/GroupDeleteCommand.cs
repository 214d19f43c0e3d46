using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group delete</c></summary>
internal sealed class GroupDeleteCommand : ClientCommand
{
    private readonly NameArgument name = new("group");
    private readonly Option<bool> keepInstances = new("--keep-instances")
    {
        Description = "Leave the instances running; nobody keeps them from then on.",
    };

    private readonly Option<long?> ifVersion = CommonOptions.IfVersion();

    public GroupDeleteCommand(Terminal terminal)
        : base(
            terminal, "delete", "Delete a group and terminate its instances; its history stays.",
            "muster group delete web",
            "muster group delete web --keep-instances")
    {
        Add(name);
        Add(keepInstances);
        Add(ifVersion);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var group = await client.DeleteGroupAsync(
            parse.GetRequiredValue(name), parse.GetValue(keepInstances), parse.GetValue(ifVersion), cancellationToken);
        GroupViews.WriteLine(Terminal, group, WantsJson(parse));
        return ExitCode.Ok;
    }
}
