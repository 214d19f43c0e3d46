using System.Globalization;

using Muster.Core;
using Muster.Records;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>Facts about the store itself.</summary>
internal static class MetaTable
{
    private const string InstallationKey = "installation_id";
    private const string CreatedKey = "created_at";

    private static readonly Statement Find = new("SELECT value FROM meta WHERE key = ?");

    private static readonly Statement Insert = new("INSERT INTO meta (key, value) VALUES (?, ?)");

    public static string Installation(SqliteSession session) =>
        session.Query(Find).Bind(InstallationKey).First(row => row.Text())
        ?? throw new InvalidDataException("it has no installation id");

    private static readonly Statement SetInstallationId = new("UPDATE meta SET value = ? WHERE key = ?");

    /// <summary>Another installation's id, together with all that is its own.</summary>
    public static void SetInstallation(SqliteSession session, InstallationId installation) =>
        session.Query(SetInstallationId).Bind(installation.ToString()).Bind(InstallationKey).Run();

    /// <summary>The installation's id, made with the store.</summary>
    public static InstallationId EnsureInstallation(SqliteSession session, Func<InstallationId> make, DateTimeOffset now)
    {
        if (session.Query(Find).Bind(InstallationKey).First(row => row.Text()) is { } kept)
        {
            return Guid.TryParse(kept, out var id) ? new(id) : throw new InvalidDataException($"its installation id is '{kept}'");
        }

        var made = make();
        session.Query(Insert).Bind(InstallationKey).Bind(made.ToString()).Run();
        session.Query(Insert).Bind(CreatedKey).Bind(Microseconds.From(now).ToString(CultureInfo.InvariantCulture)).Run();
        return made;
    }
}
