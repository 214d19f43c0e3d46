using System.Collections.Immutable;
using System.Reflection;

using DbUp;
using DbUp.Engine.Output;
using DbUp.Sqlite.Helpers;

using Microsoft.Data.Sqlite;

using Muster.Core.Storage;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite;

/// <summary>Brings a database to this version's schema, by numbered scripts that each run once.</summary>
internal static class Schema
{
    /// <summary>
    /// Says in the file's header whose it is: "Must" in ASCII. See https://www.sqlite.org/pragma.html#pragma_application_id.
    /// </summary>
    private const int ApplicationId = 0x4D757374;

    private const string ResourcePrefix = "Muster.Storage.Sqlite.Migrations.";

    private static readonly ImmutableArray<string> Scripts =
    [
        "0001_initial.sql",
        "0002_sharing.sql",
        "0003_accounts.sql",
        "0004_checks.sql",
        "0005_launch_tags.sql",
        "0006_boots.sql",
        "0007_scopes.sql",
        "0008_members.sql",
        "0009_booting.sql",
        "0010_placements.sql",
        "0011_spend.sql",
        "0012_steering.sql",
        "0013_health.sql",
        "0014_gates.sql",
        "0015_traffic.sql",
        "0016_lifetime.sql",
        "0017_pool.sql",
    ];

    /// <summary>The newest migration, which an open store has.</summary>
    public static string Newest { get; } = Path.GetFileNameWithoutExtension(Scripts[^1]);

    /// <summary>Refuses what is another program's, or a newer Muster's, before anything is written to it.</summary>
    public static void EnsureOwn(SqliteConnection connection, string path)
    {
        var application = Number(connection, "PRAGMA application_id");
        var tables = Number(connection, "SELECT count(*) FROM sqlite_master");
        if (application != ApplicationId && !(application == 0 && tables == 0))
        {
            throw SqliteErrors.Damaged(path, "it was made by another program");
        }

        if (Number(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'SchemaVersions'") == 0)
        {
            return;
        }

        using var command = connection.CreateCommand();
        command.CommandText = "SELECT ScriptName FROM SchemaVersions ORDER BY ScriptName";
        using var applied = command.ExecuteReader();
        while (applied.Read())
        {
            if (!Scripts.Contains(applied.GetString(0)))
            {
                throw new StoreException(
                    StoreErrorKind.Unusable,
                    $"{path} was written by a newer Muster (schema {applied.GetString(0)}, this one knows up to {Scripts[^1]}). It was "
                    + "left as it is: use the newer muster, or restore a backup from before the upgrade");
            }
        }
    }

    /// <summary>Runs the scripts that the database has not seen, all or none.</summary>
    public static void Migrate(SqliteConnection connection)
    {
        if (Number(connection, "PRAGMA application_id") != ApplicationId)
        {
            using var mark = connection.CreateCommand();
            mark.CommandText = $"PRAGMA application_id = {ApplicationId}";
            mark.ExecuteNonQuery();
        }

        var upgrade = DeployChanges.To.SqliteDatabase(new SharedConnection(connection));
        foreach (var name in Scripts)
        {
            upgrade.WithScript(name, Read(name));
        }

        // Variables are off: a $ in a script is a $.
        var result = upgrade.WithTransaction().WithVariablesDisabled().LogTo(new NoOpUpgradeLog()).Build().PerformUpgrade();
        if (!result.Successful)
        {
            throw result.Error as SqliteException
                ?? throw new InvalidOperationException($"migration {result.ErrorScript?.Name} failed", result.Error);
        }
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static string Read(string script)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(ResourcePrefix + script)
            ?? throw new InvalidOperationException($"migration {script} is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
