using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Members;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Tables;

/// <summary>
/// What people and sources of health say of groups' instances. What the trail learns of, and what keeps an instance from its end,
/// goes by the account's lane.
/// </summary>
internal static class NoteTable
{
    private static readonly Statement LockLiving = new(
        "SELECT notes FROM groups WHERE id = $1 AND archived_at IS NULL FOR UPDATE");

    private static readonly Statement FindNotes = new(
        $"SELECT {NotedRow.Columns} FROM groups g JOIN group_states s ON s.group_id = g.id WHERE g.id = ANY($1)");

    private static readonly Statement SetNotes = new("UPDATE groups SET notes = $1::jsonb WHERE id = $2");

    private static readonly Statement SetNotesOfMany = new(
        """
        UPDATE groups AS g SET notes = u.notes::jsonb
        FROM unnest($1::uuid[], $2::text[]) AS u (id, notes)
        WHERE g.id = u.id
        """);

    private static readonly Statement ForgetAll = new("UPDATE groups SET notes = NULL WHERE id = $1 AND notes IS NOT NULL");

    /// <summary>Keeps what is said of a living group's instances.</summary>
    /// <param name="session">Where.</param>
    /// <param name="group">Whose.</param>
    /// <param name="changes">As they are to be kept; none of them stands on what checks have written down.</param>
    /// <returns>All that is said.</returns>
    /// <remarks>Made again after an answer that was lost, it finds the notes as they are to be, and writes nothing.</remarks>
    public static async Task<ImmutableArray<MemberNote>> NoteAsync(
        Session session, GroupId group, ImmutableArray<NoteChange> changes)
    {
        var found = await session.BeginAsync(
            [LockLiving.Call().Bind(group)],
            results => results.ReadAllAsync(row => StoreJson.ReadNotes(row.TextOrNull()), CancellationToken.None));
        if (found is not [var before])
        {
            await session.RollBackAsync();
            throw Refusal.NotFound("living group", group);
        }

        var after = NoteRule.Apply(before, changes, GateBasis.None);
        await (after == before
            ? session.RollBackAsync()
            : session.CommitAsync([SetNotes.Call().BindJson(StoreJson.Write(after)).Bind(group)]));
        return after;
    }

    /// <summary>What is said of the instances of groups, and who of them is to end.</summary>
    public static Call Find(IReadOnlyCollection<GroupId> groups) => FindNotes.Call().BindAll(groups, group => group.Value);

    /// <summary>Notes that have changed.</summary>
    public static Call Put(IReadOnlyCollection<(GroupId Group, ImmutableArray<MemberNote> Notes)> all) => SetNotesOfMany.Call()
        .BindAll(all, each => each.Group.Value)
        .BindAllJson(all, each => StoreJson.Write(each.Notes));

    /// <summary>Forgets all that was said of a group's instances.</summary>
    public static Call Forget(GroupId group) => ForgetAll.Call().Bind(group);
}
