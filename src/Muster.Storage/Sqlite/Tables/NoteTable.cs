using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Members;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>What people and sources of health say of groups' instances.</summary>
internal static class NoteTable
{
    private static readonly Statement FindLiving = new(
        $"""
        SELECT {NotedRow.Columns} FROM groups g JOIN group_states s ON s.group_id = g.id
        WHERE g.id = ? AND g.archived_at IS NULL
        """);

    private static readonly Statement SetNotes = new("UPDATE groups SET notes = ? WHERE id = ?");

    private static readonly Statement ForgetAll = new("UPDATE groups SET notes = NULL WHERE id = ? AND notes IS NOT NULL");

    /// <summary>What is said of a living group's instances, and who of them is to end; null when there is no such group.</summary>
    public static NotedRow? Find(SqliteSession session, GroupId group) => session.Query(FindLiving).Bind(group).First(NotedRow.Read);

    /// <summary>Keeps what is said of a living group's instances.</summary>
    /// <param name="session">Where.</param>
    /// <param name="group">Whose.</param>
    /// <param name="changes">As they are to be kept.</param>
    /// <param name="activity">What the trail learns; null for nothing.</param>
    /// <returns>All that is said.</returns>
    public static ImmutableArray<MemberNote> Note(
        SqliteSession session, GroupId group, ImmutableArray<NoteChange> changes, Activity? activity)
    {
        var before = Find(session, group) ?? throw Refusal.NotFound("living group", group);
        var after = NoteRule.Apply(before.Notes, changes, before.Gates);
        if (after == before.Notes)
        {
            return after;
        }

        StayRule.EnsureMayStay(before.Notes, after, before.Ends);
        session.Query(SetNotes).Bind(StoreJson.Write(after)).Bind(group).Run();
        if (activity is not null)
        {
            StateTable.Append(session, group, activity);
        }

        return after;
    }

    /// <summary>Forgets all that was said of a group's instances.</summary>
    public static void Forget(SqliteSession session, GroupId group) => session.Query(ForgetAll).Bind(group).Run();
}
