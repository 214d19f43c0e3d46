using System.Collections.Immutable;

using Muster.Core.Accounts;
using Muster.Storage.Rows;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>The keys of instances' own tokens: a fact about the store itself.</summary>
internal static class ReportKeyTable
{
    private static readonly Statement Find = new("SELECT value FROM meta WHERE key = ?");

    private static readonly Statement Put = new(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");

    public static ImmutableArray<ReportKey> Read(SqliteSession session) =>
        ReportKeyFact.Read(session.Query(Find).Bind(ReportKeyFact.Key).First(row => row.Text()));

    public static ImmutableArray<ReportKey> Change(
        SqliteSession session, Func<ImmutableArray<ReportKey>, ImmutableArray<ReportKey>> change)
    {
        var before = Read(session);
        var after = change(before);
        if (!after.SequenceEqual(before))
        {
            session.Query(Put).Bind(ReportKeyFact.Key).Bind(StoreJson.Write(after)).Run();
        }

        return Read(session);
    }
}
