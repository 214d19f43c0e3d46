using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Rows;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>
/// What a sweep reads: three statements, however many groups it has; and one or two more where groups live in several places.
/// </summary>
internal static class SweepQueries
{
    // A step for each sweep and not a row for each group, as DISTINCT would be: each statement leaps over all that is equal. (One
    // statement with (account_id, cloud) > (?, ?) would not: SQLite begins at the equal rows and looks at every one.)
    private static readonly Statement NextCloud = new(
        """
        SELECT account_id, cloud FROM groups
        WHERE account_id = ? AND cloud > ? AND archived_at IS NULL
        ORDER BY cloud LIMIT 1
        """);

    private static readonly Statement NextAccount = new(
        """
        SELECT account_id, cloud FROM groups
        WHERE account_id > ? AND archived_at IS NULL
        ORDER BY account_id, cloud LIMIT 1
        """);

    private static readonly Statement LoadTemplates = new(
        $"""
        SELECT {TemplateRow.Columns} FROM templates t
        WHERE t.id IN (SELECT template_id FROM groups WHERE account_id = ? AND cloud = ? AND archived_at IS NULL)
        """);

    private static readonly Statement LoadGroups = new(
        $"""
        SELECT {GroupRow.ColumnsWithVoices}, {StateRow.Columns}, {SpendRow.Columns("?1")}
        FROM groups g JOIN group_states s ON s.group_id = g.id
        WHERE g.account_id = ?1 AND g.cloud = ?2 AND g.archived_at IS NULL
        ORDER BY g.id
        """);

    // CROSS JOIN keeps the order of the tables: by group, each with its own few open launches, and sorted here rather than there.
    private static readonly Statement LoadLaunches = new(
        $"""
        SELECT {LaunchRow.Columns}
        FROM groups g CROSS JOIN launches l ON l.group_id = g.id AND l.is_open = 1
        WHERE g.account_id = ? AND g.cloud = ? AND g.archived_at IS NULL
        """);

    public static ImmutableArray<SweepShare> List(SqliteSession session)
    {
        var sweeps = ImmutableArray.CreateBuilder<SweepShare>();
        var (account, cloud) = ("", "");
        while ((session.Query(NextCloud).Bind(account).Bind(cloud).First(ReadKey)
            ?? session.Query(NextAccount).Bind(account).First(ReadKey)) is { } next)
        {
            sweeps.Add(SweepTable.ShareOf(session, next));
            (account, cloud) = (next.Account.ToString(), next.Cloud);
        }

        return sweeps.ToImmutable();
    }

    public static ImmutableArray<GroupRecord> Load(SqliteSession session, SweepKey sweep)
    {
        var rows = new SweepRows(
            Of(session, LoadTemplates, sweep).All(TemplateRow.Read), Of(session, LoadLaunches, sweep).All(LaunchRow.Read));
        return RevisionTable.Complete(session, Of(session, LoadGroups, sweep).All(rows.ReadGroup), rows.Templates);
    }

    private static SweepKey ReadKey(Row row) => new(row.Id<AccountId>(), row.Text());

    private static Query Of(SqliteSession session, Statement statement, SweepKey sweep) =>
        session.Query(statement).Bind(sweep.Account).Bind(sweep.Cloud);
}
