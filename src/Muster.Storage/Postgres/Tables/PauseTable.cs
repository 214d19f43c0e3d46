using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Tables;

/// <summary>Whether the installation is paused: three facts about the store itself.</summary>
internal static class PauseTable
{
    /// <summary>The condition of whoever takes a lease or renews it.</summary>
    public const string IsNotPaused = "NOT EXISTS (SELECT 1 FROM meta m WHERE m.key = 'paused' AND m.value <> '')";

    /// <summary>Ids of one statement: below what a message may hold, many times.</summary>
    private const int LaunchesMax = 10_000;

    private const string Paused = "paused", Acknowledged = "acknowledged", Held = "held";

    private static readonly Statement FindAll = new("SELECT key, value FROM meta WHERE key IN ('paused', 'acknowledged', 'held')");

    // The row that is always there is locked, too: two who find no pause must not both begin one.
    private static readonly Statement LockAll = new(
        "SELECT key, value FROM meta WHERE key IN ('installation_id', 'paused', 'acknowledged', 'held') ORDER BY key FOR UPDATE");

    private static readonly Statement Put = new(
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value");

    private static readonly Statement FindKnown = new("SELECT id FROM launches WHERE id = ANY($1::uuid[])");

    public static async Task<PauseState> ReadAsync(Session session, CancellationToken cancellationToken) =>
        StateOf(await session.ReadAllAsync(FindAll.Call(), ReadFact, cancellationToken));

    public static async Task<PauseState> ChangeAsync(Session session, Func<PauseState, PauseState> change)
    {
        var before = await session.BeginAsync(
            [LockAll.Call()], async results => StateOf(await results.ReadAllAsync(ReadFact, CancellationToken.None)));
        var after = change(before);
        var calls = new List<Call>();
        if (after.Pause != before.Pause)
        {
            // Nothing is deleted: the empty text is no pause.
            calls.Add(Put.Call().Bind(Paused).Bind(after.Pause is { } pause ? StoreJson.Write(pause) : ""));
        }

        if (after.Acknowledged != before.Acknowledged)
        {
            calls.Add(PutTexts(Acknowledged, after.Acknowledged));
        }

        if (after.Held != before.Held)
        {
            calls.Add(PutTexts(Held, after.Held));
        }

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

    private static Call PutTexts(string key, ImmutableHashSet<string> texts) =>
        Put.Call().Bind(key).Bind(StoreJson.Write([.. texts.Order(StringComparer.Ordinal)]));

    private static KeyValuePair<string, string> ReadFact(Row row) => new(row.Text(), row.Text());

    private static PauseState StateOf(IEnumerable<KeyValuePair<string, string>> facts)
    {
        var state = PauseState.None;
        foreach (var (key, value) in facts)
        {
            state = key switch
            {
                Paused when value.Length > 0 => state with { Pause = StoreJson.ReadPause(value) },
                Acknowledged => state with { Acknowledged = [.. StoreJson.ReadTexts(value)] },
                Held => state with { Held = [.. StoreJson.ReadTexts(value)] },
                _ => state,
            };
        }

        return state;
    }
}
