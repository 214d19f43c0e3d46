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

/// <summary><c>muster group check</c></summary>
internal sealed class GroupCheckCommand : ClientCommand
{
    private static readonly TimeSpan CheckTimeoutDefault = TimeSpan.FromMinutes(10);

    private readonly NameArgument _name = new("group");
    private readonly DurationOption _timeout = new(
        "--timeout",
        "How long to wait for the outcome; 10m unless set. What was begun goes on.",
        TimeSpan.FromSeconds(1),
        CheckTimeoutDefault);

    public GroupCheckCommand(Terminal terminal)
        : base(
            terminal, "check", "Check a group's level now, and wait for the outcome.",
            "muster group check web",
            "muster group check web --timeout 5m")
    {
        Add(_name);
        Add(_timeout);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var check = await CheckAsync(
            client, parse.GetRequiredValue(_name), parse.GetValue(_timeout) ?? CheckTimeoutDefault, cancellationToken);
        if (WantsJson(parse))
        {
            Json.Write(Terminal.Out, check, ApiJson.Default.CheckView);
        }
        else
        {
            Terminal.Out.WriteLine(VisibleText.OneLine($"{check.Outcome}: {check.Plan?.Explanation ?? check.Status.Reason}"));
            foreach (var activity in check.Activities)
            {
                ActivityViews.WriteLine(Terminal, activity, Output.Text);
            }
        }

        return check.Outcome == "failed" ? ExitCode.Error : ExitCode.Ok;
    }

    private async Task<CheckView> CheckAsync(MusterClient client, string group, TimeSpan most, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(most, Terminal.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await client.CheckGroupAsync(group, either.Token);
        }
        catch (OperationCanceledException error) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CliException(
                ExitCode.NotReached, $"the check of group {group} did not end within {DurationText.Format(most)}", error);
        }
    }
}
