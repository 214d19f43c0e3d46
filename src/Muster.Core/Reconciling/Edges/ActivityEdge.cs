using Muster.Core.Activities;

namespace Muster.Core.Reconciling.Edges;

/// <summary>What a check may tell the audit trail: what happened now, once, in the engine's name.</summary>
internal static class ActivityEdge
{
    private const string Path = "record.activities";

    /// <summary>Most in one step: every launch and every termination of a check begun and ended, and words about the whole.</summary>
    private const int CountMax = (4 * CheckBounds.PerCheckMax) + 100;

    /// <summary>What every member of an activity is held to; a test compares the names.</summary>
    public static readonly IReadOnlySet<string> Decided = new HashSet<string>
    {
        nameof(Activity.Id), nameof(Activity.Account), nameof(Activity.Group), nameof(Activity.Type), nameof(Activity.Status),
        nameof(Activity.Description), nameof(Activity.Author), nameof(Activity.Instance), nameof(Activity.Launch), nameof(Activity.Count),
        nameof(Activity.FirstAt), nameof(Activity.LastAt), nameof(Activity.Position),
    };

    private static readonly string Engine = new Activity
    {
        Id = default, Account = default, Group = default, Type = default, Status = default, Description = "", FirstAt = default,
        LastAt = default,
    }.Author;

    public static void Check(CheckEdge edge)
    {
        var told = edge.Told.Activities;
        edge.Require(told.Length <= CountMax, Path, told.Length, $"at most {CountMax}");
        edge.Require(told.DistinctBy(activity => activity.Id).Count() == told.Length, $"{Path}.id", null, "each activity once");
        foreach (var activity in told)
        {
            edge.Require(
                activity.Group == edge.Known.Group.Id && activity.Account == edge.Known.Group.Account,
                $"{Path}.group", activity.Group, "the group that was checked, and its account");
            edge.Require(activity.Author == Engine, $"{Path}.author", activity.Author, $"{Engine}: a check acts in nobody else's name");
            edge.Require(Enum.IsDefined(activity.Status), $"{Path}.status", (int)activity.Status, "one of the words");

            // The one change that a check makes is the end of a group that drains.
            edge.Require(
                Enum.IsDefined(activity.Type) && (activity.Type is not ActivityType.Change || edge.Told.ArchivedAt is not null),
                $"{Path}.type", activity.Type, "launch, terminate, no_op, error or hold; change for the end of the group alone");
            edge.Require(
                activity is { Count: 1, Position: 0 },
                $"{Path}.count",
                activity.Count,
                "1, and no position: the store melts repeats, and numbers them");
            edge.Require(
                CheckBounds.IsRecent(activity.FirstAt, edge.Now)
                    && CheckBounds.IsRecent(activity.LastAt, edge.Now)
                    && activity.FirstAt <= activity.LastAt,
                $"{Path}.last_at", activity.LastAt, "a moment of this check");
            edge.Require(
                activity.Description is { Length: > 0 and <= CheckBounds.TextMax }
                    && activity.Instance?.Value is null or { Length: > 0 and <= CheckBounds.NameMax },
                $"{Path}.description",
                activity.Description,
                $"1 to {CheckBounds.TextMax} characters, and an instance of at most {CheckBounds.NameMax}");
        }
    }
}
