using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Postgres.Tables;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>What a lane reads before it writes.</summary>
internal static class LaneStatements
{
    // The trail first: everything else hangs on its row, so that no other row is locked, and nothing read, by one who waits for it. Then
    // who we are, for whoever loses the answer to the COMMIT; then the sweep's lease and the groups, which stay as read to the end. Nobody
    // reads what the mark returns: CockroachDB refuses a WITH clause that changes something and returns nothing (0A000).
    private static readonly Statement TakeTrail = new(
        $"""
        WITH trail AS (
            UPDATE trails SET position = position + $2, updated_at = now() WHERE account_id = $1 RETURNING position
        ), mark AS (
            INSERT INTO lanes (account_id, writer, last_write) SELECT $1, $3, $4 FROM trail
            ON CONFLICT (account_id, writer) DO UPDATE SET last_write = excluded.last_write, updated_at = now()
            RETURNING last_write
        ), held AS (
            SELECT w.fence AS sweep_fence, w.ends_at AS sweep_ends_at FROM trail CROSS JOIN sweep_leases w
            WHERE w.account_id = $1 AND w.cloud = $5
            FOR UPDATE OF w
        ), footing AS (
            SELECT {LaneFooting.Columns}
            FROM trail CROSS JOIN group_states s JOIN groups g ON g.id = s.group_id
                LEFT JOIN activities a ON a.group_id = s.group_id AND a.entry = s.last_activity
            WHERE s.group_id = ANY($6) AND g.account_id = $1
            FOR UPDATE OF s
        )
        SELECT trail.position AS newest, held.*, footing.* FROM trail LEFT JOIN held ON true LEFT JOIN footing ON true
        """);

    private static readonly Statement EnsureTrail = new(
        """
        INSERT INTO trails (account_id, position)
        VALUES ($1, coalesce((SELECT max(a.position) FROM activities a WHERE a.account_id = $1), 0))
        ON CONFLICT (account_id) DO NOTHING
        """);

    private static readonly Statement LockTrail = new("SELECT position FROM trails WHERE account_id = $1 FOR UPDATE");

    private static readonly Statement FindMark = new("SELECT last_write FROM lanes WHERE account_id = $1 AND writer = $2");

    private static readonly Statement FindGroups = new($"SELECT {GroupRow.Columns} FROM groups g WHERE g.id = ANY($1)");

    private static readonly Statement FindNames = new(
        "SELECT g.name, g.id FROM groups g WHERE g.account_id = $1 AND g.name = ANY($2) AND g.archived_at IS NULL");

    private static readonly Statement FindTemplates = new($"SELECT {TemplateRow.Columns} FROM templates t WHERE t.id = ANY($1)");

    public static Call Take(
        AccountId account, int positions, Guid writer, Guid write, SweepKey? sweep, IReadOnlyCollection<GroupId> groups) =>
        TakeTrail.Call()
            .Bind(account).Bind(positions).Bind(writer).Bind(write).Bind(sweep?.Cloud).BindAll(groups, group => group.Value);

    public static Call Ensure(AccountId account) => EnsureTrail.Call().Bind(account);

    public static Call Lock(AccountId account) => LockTrail.Call().Bind(account);

    public static Call Mark(AccountId account, Guid writer) => FindMark.Call().Bind(account).Bind(writer);

    public static Call Groups(IReadOnlyCollection<GroupId> groups) => FindGroups.Call().BindAll(groups, group => group.Value);

    public static Call Names(AccountId account, IReadOnlyCollection<string> names) =>
        FindNames.Call().Bind(account).BindAll(names, name => name);

    public static Call Templates(IReadOnlyCollection<TemplateId> templates) =>
        FindTemplates.Call().BindAll(templates, template => template.Value);
}
