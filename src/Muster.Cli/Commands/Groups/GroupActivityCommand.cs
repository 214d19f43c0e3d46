using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group activity</c></summary>
internal sealed class GroupActivityCommand : ClientCommand
{
    // A page of the API; what happened before that is asked for by number.
    private const int LimitDefault = 100;
    private const int PageLimitMax = 1000;

    private readonly NameArgument _name = new("group");
    private readonly NumberOption _limit = new("--limit", $"Entries at most; {LimitDefault} unless set.", 1, 1_000_000);
    private readonly Option<bool> _follow = new("--follow")
    {
        Description = "Then print what happens, a line an entry, until stopped; the entries before it come oldest first.",
    };

    public GroupActivityCommand(Terminal terminal)
        : base(
            terminal, "activity", "Show what happened to a group and why, newest first.", OutputOptions.NamelessTable(),
            "muster group activity web",
            "muster group activity web --follow")
    {
        Add(_name);
        Add(_follow);
        Add(_limit);
        RefuseBeside(_follow, "a line an entry", takesJson: true);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        // By id: what is asked for most of a group that was just deleted is what happened to it.
        var group = (await client.GetGroupAsync(parse.GetRequiredValue(_name), includeArchived: true, cancellationToken)).Id.ToString();
        var most = parse.GetValue(_limit) ?? LimitDefault;
        var activities = await MusterClient
            .AllAsync(
                page => client.ListActivitiesAsync(group, page with { Limit = Math.Min(most, PageLimitMax) }, cancellationToken),
                cancellationToken)
            .Take(most)
            .ToListAsync(cancellationToken);
        if (!parse.GetValue(_follow))
        {
            ActivityViews.Write(Terminal, activities, Format(parse));
            return ExitCode.Ok;
        }

        foreach (var activity in activities.AsEnumerable().Reverse())
        {
            ActivityViews.WriteLine(Terminal, activity, Format(parse));
        }

        using var stop = new StopSignals(cancellationToken);
        var last = activities.Count > 0 ? activities[0].Position : 0;
        try
        {
            await foreach (var activity in client.FollowEventsAsync(last, group, stop.Token))
            {
                ActivityViews.WriteLine(Terminal, activity, Format(parse));
            }
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            // Being stopped is how following ends.
        }

        return ExitCode.Ok;
    }
}
