using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Rows;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>Whether the installation is paused: three facts about the store itself.</summary>
internal static class PauseTable
{
    /// <summary>The condition of whoever takes a lease or renews it.</summary>
    public const string IsNotPaused = $"NOT EXISTS (SELECT 1 FROM meta WHERE key = '{PauseFacts.Paused}' AND value <> '')";

    private static readonly Statement FindAll = new("SELECT key, value FROM meta WHERE key IN (?, ?, ?)");

    private static readonly Statement Put = new(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");

    private static readonly Statement FindLaunch = new("SELECT id FROM launches WHERE id = ?");

    public static PauseState Read(SqliteSession session) => PauseFacts.Read(
        session.Query(FindAll).Bind(PauseFacts.Paused).Bind(PauseFacts.Acknowledged).Bind(PauseFacts.Held)
            .All(row => new KeyValuePair<string, string>(row.Text(), row.Text())));

    public static PauseState Change(SqliteSession session, Func<PauseState, PauseState> change)
    {
        var before = Read(session);
        var after = change(before);
        foreach (var (key, value) in PauseFacts.Changed(before, after))
        {
            session.Query(Put).Bind(key).Bind(value).Run();
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
        if (Read(session).Pause is { } pause)
        {
            throw pause.ToException();
        }
    }
}
