using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Checks;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

internal static class CheckTable
{
    private static readonly Statement ListSlots = new($"SELECT {CheckSlotRow.Columns} FROM checks WHERE group_id = ?");

    private static readonly Statement ListRuns = new($"SELECT {CheckRow.Columns} FROM checks WHERE group_id = ?");

    private static readonly Statement Save = new(
        $"""
        INSERT INTO checks (slot, {CheckRow.Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (group_id, slot) DO UPDATE
        SET id = excluded.id, ran_on = excluded.ran_on, allocation = excluded.allocation, due_at = excluded.due_at,
            started_at = excluded.started_at, duration_us = excluded.duration_us, outcome = excluded.outcome,
            exit_code = excluded.exit_code, reason = excluded.reason
        """);

    public static void Keep(SqliteSession session, CheckRun run)
    {
        GroupTable.EnsureKnown(session, run.Group);
        if (CheckSlot.For(run, session.Query(ListSlots).Bind(run.Group).All(CheckSlotRow.Read)) is not { } slot)
        {
            return;
        }

        session.Query(Save)
            .Bind(slot).Bind(run.Group).Bind(run.Id).Bind(run.Where).Bind(run.Allocation).Bind(run.DueAt).Bind(run.StartedAt)
            .Bind(run.Duration).Bind(CheckRow.WordOf(run.Outcome)).Bind(run.ExitCode).Bind(run.Reason)
            .Run();
    }

    /// <summary>Sorted here: an index for the order would cost each check a second write, and these are 50 at most.</summary>
    public static ImmutableArray<CheckRun> List(SqliteSession session, GroupId group, int limit) =>
        CheckRun.NewestOf(session.Query(ListRuns).Bind(group).All(CheckRow.Read), limit);
}
