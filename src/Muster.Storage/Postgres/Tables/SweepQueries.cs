using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Tables;

/// <summary>
/// What a sweep reads: three statements in one round trip, however many groups it has; and one or two more where groups live in several
/// places.
/// </summary>
internal static class SweepQueries
{
    private static readonly Statement ListAll = new(
        """
        SELECT g.account_id, g.cloud, coalesce(w.fence, 0), w.holder, w.ends_at
        FROM (SELECT DISTINCT account_id, cloud FROM groups WHERE archived_at IS NULL) AS g
            LEFT JOIN sweep_leases w ON w.account_id = g.account_id AND w.cloud = g.cloud
        ORDER BY g.account_id, g.cloud
        """);

    private static readonly Statement LoadTemplates = new(
        $"""
        SELECT {TemplateRow.Columns} FROM templates t
        WHERE t.id IN (SELECT template_id FROM groups WHERE account_id = $1 AND cloud = $2 AND archived_at IS NULL)
        """);

    private static readonly Statement LoadGroups = new(
        $"""
        SELECT {GroupRow.ColumnsWithVoices}, {StateRow.Columns}, {SpendRow.Columns("$1")}
        FROM groups g JOIN group_states s ON s.group_id = g.id
        WHERE g.account_id = $1 AND g.cloud = $2 AND g.archived_at IS NULL
        ORDER BY g.id
        """);

    private static readonly Statement LoadLaunches = new(
        $"""
        SELECT {LaunchRow.Columns}
        FROM groups g JOIN launches l ON l.group_id = g.id AND l.is_open
        WHERE g.account_id = $1 AND g.cloud = $2 AND g.archived_at IS NULL
        """);

    public static Task<ImmutableArray<SweepShare>> ListAsync(Session session, CancellationToken cancellationToken) =>
        session.ReadAllAsync(
            ListAll.Call(),
            row => new SweepShare(new(row.Id<AccountId>(), row.Text()), row.Long(), row.TextOrNull(), row.TimeOrNull()),
            cancellationToken);

    public static async Task<ImmutableArray<GroupRecord>> LoadAsync(Session session, SweepKey sweep, CancellationToken cancellationToken)
    {
        var (records, known) = await session.ReadTogetherAsync(
            [Of(LoadTemplates, sweep), Of(LoadLaunches, sweep), Of(LoadGroups, sweep)],
            async results =>
            {
                var templates = await results.ReadAllAsync(TemplateRow.Read, cancellationToken);
                var rows = new SweepRows(templates, await LaunchTable.ReadAsync(results, cancellationToken));
                return (await results.ReadAllAsync(rows.ReadGroup, cancellationToken), rows.Templates);
            },
            cancellationToken);
        return await RevisionTable.CompleteAsync(session, records, known, cancellationToken);
    }

    private static Call Of(Statement statement, SweepKey sweep) => statement.Call().Bind(sweep.Account).Bind(sweep.Cloud);
}
