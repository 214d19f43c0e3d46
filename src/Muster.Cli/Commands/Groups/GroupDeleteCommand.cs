using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group delete</c></summary>
internal sealed class GroupDeleteCommand : ClientCommand
{
    private readonly NameArgument _name = new("group");
    private readonly Option<bool> _keepInstances = new("--keep-instances")
    {
        Description = "Leave the instances running; Muster no longer looks after them.",
    };

    private readonly Option<long?> _ifVersion = CommonOptions.IfVersion();
    private readonly Option<bool> _dryRun = CommonOptions.DryRun();
    private readonly Option<bool> _yes = CommonOptions.Yes();

    public GroupDeleteCommand(Terminal terminal)
        : base(
            terminal, "delete", "Delete a group and terminate its instances; its history stays.",
            "muster group delete web",
            "muster group delete web --dry-run",
            "muster group delete web --keep-instances")
    {
        Add(_name);
        Add(_keepInstances);
        Add(_ifVersion);
        Add(_dryRun);
        Add(_yes);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var (which, version, keeps) = (parse.GetRequiredValue(_name), parse.GetValue(_ifVersion), parse.GetValue(_keepInstances));
        if (parse.GetValue(_dryRun))
        {
            await PlanAsync(client, which, version, keeps, Format(parse), cancellationToken);
            return ExitCode.Ok;
        }

        var isAgreed = keeps || parse.GetValue(_yes) || !Terminal.CanAsk;
        var deleted = isAgreed
            ? await client.DeleteGroupAsync(which, keeps, version, cancellationToken)
            : await new CarefulChange(Terminal, client, which, version).MakeAsync(
                // A group that drains already is not asked about again: nothing more ends.
                group => group.Phase == "active" ? 0 : null,
                (group, seen) => client.DeleteGroupAsync(group.Id.ToString(), keeps, seen, cancellationToken),
                isAgreed, cancellationToken);
        GroupViews.WriteLine(Terminal, deleted, Format(parse));
        return ExitCode.Ok;
    }

    private async Task PlanAsync(
        MusterClient client, string which, long? version, bool keeps, Output output, CancellationToken cancellationToken)
    {
        if (!keeps)
        {
            GroupPlanCommand.Write(
                Terminal, await client.PlanChangeAsync(which, new() { Delete = true }, version, cancellationToken), output);
            return;
        }

        // No check looks at a deleted group: the plan is to leave everything as it is.
        var group = await new CarefulChange(Terminal, client, which, version).ReadAsync(cancellationToken);
        GroupPlanCommand.Write(Terminal, new()
        {
            Level = 0,
            Counts = GroupViews.Counts(group.Status),
            Actions = [],
            Explanation = $"{GroupViews.Instances(group.Status)}: nothing is terminated, and Muster no longer looks after them",
        }, output);
    }
}
