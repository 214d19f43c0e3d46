using System.CommandLine;

using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Commands.Instances;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group wait</c></summary>
internal sealed class GroupWaitCommand : ClientCommand
{
    private static readonly TimeSpan TimeoutDefault = TimeSpan.FromSeconds(60);

    // Often enough to look instant, seldom enough to be nothing to the server: one read of one row.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    // More would push what was waited for off the screen.
    private const int NamedMax = 12;

    private readonly NameArgument _name = new("group");
    private readonly DurationOption _timeout = new(
        "--timeout", "How long to wait; 1m unless set.", TimeSpan.Zero, TimeSpan.FromDays(7));

    public GroupWaitCommand(Terminal terminal)
        : base(
            terminal, "wait",
            "Wait until as many of a group are in service as there must be; a deleted group, until its last instance is gone.",
            "muster group wait web --timeout 5m",
            "muster group scale web 5 && muster group wait web")
    {
        Add(_name);
        Add(_timeout);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var most = parse.GetValue(_timeout) ?? TimeoutDefault;
        var timeProvider = Terminal.Time;
        // By id from the first look on: a deleted group gives its name free. One that is gone already is what was waited for.
        var which = parse.GetRequiredValue(_name);
        using var stop = new StopSignals(cancellationToken);
        using var progress = WaitProgress.On(Terminal);
        var start = timeProvider.GetTimestamp();
        while (true)
        {
            var group = await client.GetGroupAsync(which, includeArchived: true, stop.Token);
            which = group.Id.ToString();
            if (group.IsAtLevel())
            {
                progress.Dispose();
                GroupViews.WriteLine(Terminal, group, Format(parse));
                return ExitCode.Ok;
            }

            progress.Report(group);
            if (timeProvider.GetElapsedTime(start) >= most)
            {
                progress.Dispose();
                throw new CliException(
                    ExitCode.NotReached,
                    $"group {group.Name} is not {(group.Phase is "draining" ? "gone" : "at its level")} after {DurationText.Format(most)}: "
                    + $"{GroupViews.Instances(group.Status)} ({group.Status.Condition}: {Why(group.Status)})"
                    + await LaggardsAsync(client, which, stop.Token));
            }

            await Task.Delay(PollInterval, timeProvider, stop.Token);
        }
    }

    /// <summary>The reason, with what keeps the wait from its end where that does not say so.</summary>
    private static string Why(GroupStatusView status)
    {
        var (reason, unreached) = (status.Reason, status.Unreached);
        reason = unreached is null || reason.Contains(unreached, StringComparison.Ordinal) ? reason : $"{reason}; {unreached}";
        return status.IsBehind ? $"{reason}; no check has taken in yet what was said last" : reason;
    }

    /// <summary>Who is not in service yet, and why, a line each.</summary>
    private static async Task<string> LaggardsAsync(MusterClient client, string group, CancellationToken cancellationToken)
    {
        try
        {
            var late = (await client.ListInstancesAsync(group, cancellationToken)).Items
                .Where(instance => instance.Phase is not ("in-service" or "standby" or "warming" or "warm")).ToList();
            var lines = late.Take(NamedMax).Select(instance => $"\n{InstanceViews.Line(instance)}");
            return string.Concat(late.Count > NamedMax ? lines.Append($"\nand {late.Count - NamedMax} more") : lines);
        }
        catch (ApiException error)
        {
            return $"\nwhich instances are missing cannot be said now: {error.Problem.Detail}";
        }
    }
}
