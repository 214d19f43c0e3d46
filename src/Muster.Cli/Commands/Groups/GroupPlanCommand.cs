using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;
using Muster.Core;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group plan</c></summary>
internal sealed class GroupPlanCommand : ClientCommand
{
    private readonly NameArgument _name = new("group");
    private readonly InputFileOption _policy = new("--with-policy")
    {
        Description = "Show what would be done if the group had this policy too: a TOML file, as 'muster policy create -f' takes it.",
    };

    public GroupPlanCommand(Terminal terminal)
        : base(
            terminal, "plan", "Show what the next level check would do and why, without doing it.",
            "muster group plan web",
            "muster group plan web --with-policy level.toml")
    {
        Add(_name);
        Add(_policy);
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
                "launch" => $"launch {action.Count}{(action.Pool ? " for the pool" : "")}",
                "resume" => $"ask again about launch {action.LaunchId}",
                "terminate" => $"terminate {action.InstanceId}",
                "drain" => $"drain {action.InstanceId}",
                "return" => $"return {action.InstanceId} to service",
                "start" => $"start {action.InstanceId} from the pool",
                "rest" => $"put {action.InstanceId} to rest",
                "hold" when action.RecheckAt is { } at => $"hold until {Moments.Text(at)}",
                "look_again" => "look again",
                var kind => kind,
            };
            terminal.Out.WriteLine(VisibleText.OneLine($"  {what}: {action.Reason}"));
        }
    }

    protected override FieldNames Fields(ParseResult parse) => FieldNames.None.In(_policy.Places);

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var name = parse.GetRequiredValue(_name);
        var plan = parse.GetResult(_policy) is not null
            ? await client.PlanChangeAsync(
                name, new() { Policy = _policy.Read(parse, new(), ApiJson.Default.PolicyInput) }, cancellationToken: cancellationToken)
            : await client.PlanGroupAsync(name, cancellationToken);
        Write(Terminal, plan, Format(parse));
        return ExitCode.Ok;
    }
}
