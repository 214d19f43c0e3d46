using Muster.Api;
using Muster.Api.Activities;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary>How activities are shown.</summary>
internal static class ActivityViews
{
    public static void Write(Terminal terminal, IReadOnlyList<ActivityView> activities, bool json)
    {
        if (json)
        {
            Json.WriteArray(terminal.Out, activities, ApiJson.Default.ActivityView);
            return;
        }

        var grid = new Grid("TIME", "TYPE", "STATUS", "COUNT", "AUTHOR", "DESCRIPTION");
        foreach (var activity in activities)
        {
            grid.Add(
                Moments.Text(activity.LastAt), activity.Type, Status(activity.Status), activity.Count, activity.Author,
                activity.Description);
        }

        grid.Write(terminal);
    }

    /// <summary>One entry on one line, as it happens.</summary>
    public static void WriteLine(Terminal terminal, ActivityView activity, bool json)
    {
        if (json)
        {
            Json.WriteLine(terminal.Out, activity, ApiJson.Default.ActivityView);
            return;
        }

        var count = activity.Count > 1 ? $" ({activity.Count} times)" : "";
        terminal.Out.WriteLine(
            $"{Moments.Text(activity.LastAt)}  {activity.Type,-9}  {activity.Status,-9}  {activity.Description.ReplaceLineEndings(" ")}{count}");
    }

    private static Cell Status(string status) => new(status, status switch
    {
        "succeeded" => Tone.Good,
        "failed" => Tone.Bad,
        _ => Tone.Busy,
    });
}
