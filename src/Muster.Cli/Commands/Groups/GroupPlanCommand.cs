using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group plan</c></summary>
internal sealed class GroupPlanCommand : ClientCommand
{
    private readonly NameArgument _name = new("group");

    public GroupPlanCommand(Terminal terminal)
        : base(terminal, "plan", "Show what the next level check would do and why, without doing it.", "muster group plan web")
    {
        Add(_name);
    }

    /// <summary>A plan as text: the explanation, then each action with its reason.</summary>
    public static void Write(Terminal terminal, PlanView plan, Output output)
    {
        if (output.IsJson)
        {
            Json.Write(terminal.Out, plan, ApiJson.Default.PlanView);
            return;
        }

        terminal.Out.WriteLine(VisibleText.OneLine(plan.Explanation));
        foreach (var action in plan.Actions)
        {
            var what = action.Kind switch
            {
                "launch" => $"launch {action.Count}",
                "resume" => $"ask again about launch {action.LaunchId}",
                "terminate" => $"terminate {action.InstanceId}",
                "hold" when action.RecheckAt is { } at => $"hold until {Moments.Text(at)}",
                "look_again" => "look again",
                var kind => kind,
            };
            terminal.Out.WriteLine(VisibleText.OneLine($"  {what}: {action.Reason}"));
        }
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        Write(Terminal, await client.PlanGroupAsync(parse.GetRequiredValue(_name), cancellationToken), Format(parse));
        return ExitCode.Ok;
    }
}
