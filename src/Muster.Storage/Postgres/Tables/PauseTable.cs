using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Tables;

/// <summary>Whether the installation is paused: three facts about the store itself.</summary>
internal static class PauseTable
{
    /// <summary>The condition of whoever takes a lease or renews it.</summary>
    public const string IsNotPaused = $"NOT EXISTS (SELECT 1 FROM meta m WHERE m.key = '{PauseFacts.Paused}' AND m.value <> '')";

    /// <summary>Ids of one statement: below what a message may hold, many times.</summary>
    private const int LaunchesMax = 10_000;

    private const string Keys = $"'{PauseFacts.Paused}', '{PauseFacts.Acknowledged}', '{PauseFacts.Held}'";

    private static readonly Statement FindAll = new($"SELECT key, value FROM meta WHERE key IN ({Keys})");

    // The row that is always there is locked, too: two who find no pause must not both begin one.
    private static readonly Statement LockAll = new(
        $"SELECT key, value FROM meta WHERE key IN ('installation_id', {Keys}) ORDER BY key FOR UPDATE");

    private static readonly Statement Put = new(
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value");

    private static readonly Statement FindKnown = new("SELECT id FROM launches WHERE id = ANY($1::uuid[])");

    public static async Task<PauseState> ReadAsync(Session session, CancellationToken cancellationToken) =>
        PauseFacts.Read(await session.ReadAllAsync(FindAll.Call(), ReadFact, cancellationToken));

    public static async Task<PauseState> ChangeAsync(Session session, Func<PauseState, PauseState> change)
    {
        var before = await session.BeginAsync(
            [LockAll.Call()], async results => PauseFacts.Read(await results.ReadAllAsync(ReadFact, CancellationToken.None)));
        var after = change(before);
        List<Call> calls = [.. PauseFacts.Changed(before, after).Select(fact => Put.Call().Bind(fact.Key).Bind(fact.Value))];
        await (calls.Count == 0 ? session.RollBackAsync() : session.CommitAsync(calls));
        return after;
    }

    public static async Task<ImmutableHashSet<LaunchId>> FindLaunchesAsync(
        Session session, ImmutableArray<LaunchId> launches, CancellationToken cancellationToken)
    {
        var known = ImmutableHashSet.CreateBuilder<LaunchId>();
        foreach (var some in launches.Chunk(LaunchesMax))
        {
            known.UnionWith(await session.ReadAllAsync(
                FindKnown.Call().BindAll(some, launch => launch.Value), row => row.Id<LaunchId>(), cancellationToken));
        }

        return known.ToImmutable();
    }

    /// <exception cref="StoreException"><see cref="StoreErrorKind.Paused"/>: it is.</exception>
    public static async Task ThrowIfPausedAsync(Session session)
    {
        if ((await ReadAsync(session, CancellationToken.None)).Pause is { } pause)
        {
            throw pause.ToException();
        }
    }

    private static KeyValuePair<string, string> ReadFact(Row row) => new(row.Text(), row.Text());
}
