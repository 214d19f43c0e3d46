using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Members;

namespace Muster.Storage.Rows;

/// <summary>What is said of a group's instances, and who of them is to end: neither is written without a look at the other.</summary>
/// <param name="Group">Which group.</param>
/// <param name="Notes">What people and sources of health say.</param>
/// <param name="Ends">Who was told to end, or is about to be.</param>
internal sealed record NotedRow(GroupId Group, ImmutableArray<MemberNote> Notes, ImmutableArray<RecentTermination> Ends)
{
    /// <summary>Of groups <c>g</c> and their states <c>s</c>.</summary>
    public const string Columns = "g.id, g.notes, s.recent_terminations";

    public static NotedRow Read(Row row) => new(
        row.Id<GroupId>(), StoreJson.ReadNotes(row.TextOrNull()), StoreJson.ReadTerminations(row.TextOrNull()));
}
