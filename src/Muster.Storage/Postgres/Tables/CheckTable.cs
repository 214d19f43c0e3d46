using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Checks;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

using Npgsql;

namespace Muster.Storage.Postgres.Tables;

internal static class CheckTable
{
    private static readonly Statement ListSlots = new($"SELECT {CheckSlotRow.Columns} FROM checks WHERE group_id = $1");

    private static readonly Statement ListRuns = new($"SELECT {CheckRow.Columns} FROM checks WHERE group_id = $1");

    private static readonly Statement Save = new(
        $"""
        INSERT INTO checks (slot, {CheckRow.Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (group_id, slot) DO UPDATE
        SET id = excluded.id, ran_on = excluded.ran_on, allocation = excluded.allocation, due_at = excluded.due_at,
            started_at = excluded.started_at, duration_us = excluded.duration_us, outcome = excluded.outcome,
            exit_code = excluded.exit_code, reason = excluded.reason, updated_at = now()
        """);

    /// <summary>An attempt that broke off and happened after all is found by its id: nothing is kept twice.</summary>
    public static async Task KeepAsync(Session session, CheckRun run)
    {
        var kept = await session.BeginAsync(
            [ListSlots.Call().Bind(run.Group)], results => results.ReadAllAsync(CheckSlotRow.Read, CancellationToken.None));
        if (CheckSlot.For(run, kept) is not { } slot)
        {
            await session.RollBackAsync();
            return;
        }

        try
        {
            await session.CommitAsync(
            [
                Save.Call()
                    .Bind(slot).Bind(run.Group).Bind(run.Id).Bind(run.Where).Bind(run.Allocation).Bind(run.DueAt).Bind(run.StartedAt)
                    .Bind(run.Duration).Bind(CheckRow.WordOf(run.Outcome)).Bind(run.ExitCode).Bind(run.Reason),
            ]);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw Refusal.NotFound("group", run.Group);
        }
    }

    public static async Task<ImmutableArray<CheckRun>> ListAsync(
        Session session, GroupId group, int limit, CancellationToken cancellationToken) =>
        CheckRun.NewestOf(await session.ReadAllAsync(ListRuns.Call().Bind(group), CheckRow.Read, cancellationToken), limit);
}
