using Muster.Api;
using Muster.Api.Activities;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Groups;

/// <summary>How activities are shown.</summary>
internal static class ActivityViews
{
    public static void Write(Terminal terminal, IReadOnlyList<ActivityView> activities, Output output)
    {
        if (output.IsJson)
        {
            Json.WriteArray(terminal.Out, activities, ApiJson.Default.ActivityView);
            return;
        }

        var grid = new Grid(
            "TIME",
            "TYPE",
            "STATUS",
            new Column("COUNT", Drop: 2),
            new Column("AUTHOR", Drop: 1),
            new Column("DESCRIPTION") { Wraps = true },
            new Column("INSTANCE") { IsId = true, IsExtra = true });
        foreach (var activity in activities)
        {
            grid.Add(
                Moments.Text(activity.LastAt), activity.Type, Status(activity.Status), activity.Count, activity.Author,
                activity.Description, activity.InstanceId);
        }

        grid.Write(terminal, output);
    }

    /// <summary>One entry on one line, as it happens.</summary>
    public static void WriteLine(Terminal terminal, ActivityView activity, Output output)
    {
        if (output.IsJson)
        {
            Json.WriteLine(terminal.Out, activity, ApiJson.Default.ActivityView);
            return;
        }

        var count = activity.Count > 1 ? $" ({activity.Count} times)" : "";
        terminal.Out.WriteLine(VisibleText.OneLine(
            $"{Moments.Text(activity.LastAt)}  {activity.Type,-9}  {activity.Status,-9}  {activity.Description}{count}"));
    }

    private static Cell Status(string status) => new(status, status switch
    {
        "succeeded" => Tone.Good,
        "failed" => Tone.Bad,
        _ => Tone.Busy,
    });
}
