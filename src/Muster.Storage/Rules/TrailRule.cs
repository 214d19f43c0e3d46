using Muster.Core.Activities;
using Muster.Core.Storage;
using Muster.Records;

namespace Muster.Storage.Rules;

/// <summary>How the audit trail grows.</summary>
internal static class TrailRule
{
    /// <summary>The group's newest entry after an activity: a new one, or the one before with the repeat melted in.</summary>
    /// <param name="newest">The group's newest entry; null when there is none.</param>
    /// <param name="activity">What is told.</param>
    /// <param name="position">The account's next position.</param>
    public static Entry Append(Entry? newest, Activity activity, long position) => newest is not null && newest.Kept.Repeats(activity)
        ? newest with { Kept = newest.Kept.MeltedWith(activity) with { Position = position } }
        : new Entry(position, activity with { Position = position });

    /// <summary>An activity with its times as a database keeps them.</summary>
    public static Activity AsKept(Activity activity) => activity with
    {
        FirstAt = Microseconds.Kept(activity.FirstAt),
        LastAt = Microseconds.Kept(activity.LastAt),
    };

    /// <summary>The position before which a page of a group's trail begins.</summary>
    public static long Before(PageRequest page)
    {
        page.EnsureLimit();
        return PageCursor.ReadPosition(page.Cursor) ?? long.MaxValue;
    }
}
