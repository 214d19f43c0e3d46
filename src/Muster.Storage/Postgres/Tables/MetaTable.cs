using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;

namespace Muster.Storage.Postgres.Tables;

/// <summary>Facts about the store itself.</summary>
internal static class MetaTable
{
    private static readonly Statement FindInstallation = new("SELECT value FROM meta WHERE key = 'installation_id'");

    private static readonly Statement InsertInstallation = new(
        "INSERT INTO meta (key, value) VALUES ('installation_id', $1) ON CONFLICT (key) DO NOTHING");

    private static readonly Statement ReadClock = new("SELECT clock_timestamp()");

    public static async Task<InstallationId> GetInstallationAsync(Database database, CancellationToken cancellationToken)
    {
        var kept = await database.ReadAsync(
            (session, token) => session.FirstAsync(FindInstallation.Call(), row => row.Text(), token), cancellationToken);
        return Guid.TryParse(kept, out var id)
            ? new(id)
            : throw new StoreException(StoreErrorKind.Unusable, $"{database.Where} has '{kept}' for an installation id: restore a backup");
    }

    /// <summary>Gives the store an id, unless it has one.</summary>
    public static Task EnsureInstallationAsync(Database database, InstallationId made, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.WriteAsync(InsertInstallation.Call().Bind(made.ToString())), cancellationToken);

    public static async Task<DateTimeOffset> ReadTimeAsync(Session session, CancellationToken cancellationToken) =>
        (await session.ReadAllAsync(ReadClock.Call(), row => row.Time(), cancellationToken))[0];
}
