using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group check</c></summary>
internal sealed class GroupCheckCommand : ClientCommand
{
    private readonly NameArgument name = new("group");

    public GroupCheckCommand(Terminal terminal)
        : base(terminal, "check", "Check a group's level now, and wait for the outcome.", "muster group check web")
    {
        Add(name);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var check = await client.CheckGroupAsync(parse.GetRequiredValue(name), cancellationToken);
        if (WantsJson(parse))
        {
            Json.Write(Terminal.Out, check, ApiJson.Default.CheckView);
        }
        else
        {
            Terminal.Out.WriteLine($"{check.Outcome}: {check.Plan?.Explanation ?? check.Status.Reason}");
            foreach (var activity in check.Activities)
            {
                ActivityViews.WriteLine(Terminal, activity, json: false);
            }
        }

        return check.Outcome == "failed" ? ExitCode.Error : ExitCode.Ok;
    }
}
