using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Rows;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>Whether the installation is paused: three facts about the store itself.</summary>
internal static class PauseTable
{
    /// <summary>The condition of whoever takes a lease or renews it.</summary>
    public const string IsNotPaused = $"NOT EXISTS (SELECT 1 FROM meta WHERE key = '{PauseKey}' AND value <> '')";

    private const string PauseKey = "paused";
    private const string AcknowledgedKey = "acknowledged";
    private const string HeldKey = "held";

    private static readonly Statement Find = new("SELECT value FROM meta WHERE key = ?");

    private static readonly Statement Put = new(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");

    private static readonly Statement FindLaunch = new("SELECT id FROM launches WHERE id = ?");

    public static PauseState Read(SqliteSession session) => new()
    {
        Pause = FindPause(session),
        Acknowledged = FindTexts(session, AcknowledgedKey),
        Held = FindTexts(session, HeldKey),
    };

    public static PauseState Change(SqliteSession session, Func<PauseState, PauseState> change)
    {
        var before = Read(session);
        var after = change(before);
        if (after.Pause != before.Pause)
        {
            // Nothing is deleted: the empty text is no pause.
            session.Query(Put).Bind(PauseKey).Bind(after.Pause is { } pause ? StoreJson.Write(pause) : "").Run();
        }

        if (after.Acknowledged != before.Acknowledged)
        {
            PutTexts(session, AcknowledgedKey, after.Acknowledged);
        }

        if (after.Held != before.Held)
        {
            PutTexts(session, HeldKey, after.Held);
        }

        return after;
    }

    public static ImmutableHashSet<LaunchId> FindLaunches(SqliteSession session, ImmutableArray<LaunchId> launches) =>
    [
        .. launches.Where(launch => session.Query(FindLaunch).Bind(launch).First(row => row.Text()) is not null),
    ];

    /// <exception cref="StoreException"><see cref="StoreErrorKind.Paused"/>: it is.</exception>
    public static void ThrowIfPaused(SqliteSession session)
    {
        if (FindPause(session) is { } pause)
        {
            throw pause.ToException();
        }
    }

    private static ImmutableHashSet<string> FindTexts(SqliteSession session, string key) =>
        session.Query(Find).Bind(key).First(row => row.Text()) is { } json ? [.. StoreJson.ReadTexts(json)] : [];

    private static void PutTexts(SqliteSession session, string key, ImmutableHashSet<string> texts) =>
        session.Query(Put).Bind(key).Bind(StoreJson.Write([.. texts.Order(StringComparer.Ordinal)])).Run();

    private static InstallationPause? FindPause(SqliteSession session) =>
        session.Query(Find).Bind(PauseKey).First(row => row.Text()) is { Length: > 0 } json ? StoreJson.ReadPause(json) : null;
}
