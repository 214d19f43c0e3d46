using System.Collections.Immutable;

using Muster.Core.Accounts;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Tables;

/// <summary>The keys of instances' own tokens: a fact about the store itself.</summary>
internal static class ReportKeyTable
{
    private static readonly Statement Find = new($"SELECT value FROM meta WHERE key = '{ReportKeyFact.Key}'");

    // The row that is always there is locked, too: two who find no key must not both make the first.
    private static readonly Statement Lock = new(
        $"SELECT key, value FROM meta WHERE key IN ('installation_id', '{ReportKeyFact.Key}') ORDER BY key FOR UPDATE");

    private static readonly Statement Put = new(
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value");

    public static async Task<ImmutableArray<ReportKey>> ReadAsync(Session session, CancellationToken cancellationToken) =>
        ReportKeyFact.Read((await session.ReadAllAsync(Find.Call(), row => row.Text(), cancellationToken)).FirstOrDefault());

    public static async Task<ImmutableArray<ReportKey>> ChangeAsync(
        Session session, Func<ImmutableArray<ReportKey>, ImmutableArray<ReportKey>> change)
    {
        var facts = await session.BeginAsync(
            [Lock.Call()],
            async results => await results.ReadAllAsync(row => (Key: row.Text(), Value: row.Text()), CancellationToken.None));
        var before = ReportKeyFact.Read(facts.FirstOrDefault(fact => fact.Key == ReportKeyFact.Key).Value);
        var after = change(before);
        if (after.SequenceEqual(before))
        {
            await session.RollBackAsync();
            return before;
        }

        var json = StoreJson.Write(after);
        await session.CommitAsync([Put.Call().Bind(ReportKeyFact.Key).Bind(json)]);
        return ReportKeyFact.Read(json);
    }
}
