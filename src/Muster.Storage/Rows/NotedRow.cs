using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Members;
using Muster.Storage.Rules;

namespace Muster.Storage.Rows;

/// <summary>What is said of a group's instances, and who of them is to end: neither is written without a look at the other.</summary>
/// <param name="Group">Which group.</param>
/// <param name="Notes">What people and sources of health say.</param>
/// <param name="Ends">Who was told to end, or is about to be.</param>
/// <param name="Gates">At which gates they may wait.</param>
internal sealed record NotedRow(
    GroupId Group, ImmutableArray<MemberNote> Notes, ImmutableArray<RecentTermination> Ends, GateBasis Gates)
{
    /// <summary>Of groups <c>g</c> and their states <c>s</c>.</summary>
    public const string Columns = "g.id, g.notes, s.recent_terminations, g.drain, g.hooks, s.booting";

    public static NotedRow Read(Row row) => new(
        row.Id<GroupId>(),
        StoreJson.ReadNotes(row.TextOrNull()),
        StoreJson.ReadTerminations(row.TextOrNull()),
        new(StoreJson.ReadDrain(row.TextOrNull()), StoreJson.ReadHooks(row.TextOrNull()), StoreJson.ReadMembers(row.TextOrNull())));
}
