using System.Collections.Immutable;
using System.Reflection;

using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;

using Npgsql;

namespace Muster.Storage.Postgres;

/// <summary>Brings a database to this version's schema, by numbered scripts that each run once.</summary>
/// <remarks>
/// Each statement is a transaction of its own, because CockroachDB changes a schema only so; each may run again, and a script is
/// noted when its last one has run. So whoever comes after a crash begins the script anew.
/// </remarks>
internal sealed class Schema(Database database)
{
    private const string ResourcePrefix = "Muster.Storage.Postgres.Migrations.";

    private static readonly ImmutableArray<string> Scripts =
    [
        "0001_initial.sql", "0002_accounts.sql", "0003_checks.sql", "0004_launch_tags.sql", "0005_boots.sql", "0006_scopes.sql",
        "0007_members.sql", "0008_booting.sql", "0009_placements.sql", "0010_spend.sql", "0011_steering.sql",
        "0012_health.sql", "0013_gates.sql", "0014_traffic.sql", "0015_lifetime.sql", "0016_pool.sql",
    ];

    private static readonly Statement CreateJournal = new(
        """
        CREATE TABLE IF NOT EXISTS schema_versions (
            name text NOT NULL PRIMARY KEY,
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now()
        )
        """);

    private static readonly Statement ListApplied = new("SELECT name FROM schema_versions ORDER BY name");

    private static readonly Statement Note = new("INSERT INTO schema_versions (name) VALUES ($1) ON CONFLICT (name) DO NOTHING");

    private static readonly Statement ReadVersion = new("SELECT version()");

    /// <summary>The newest migration, which an open store has.</summary>
    public static string Newest { get; } = Path.GetFileNameWithoutExtension(Scripts[^1]);

    /// <summary>The migrations that the database has seen, by name; none when it is empty.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.Unusable"/>: a newer Muster's are among them.</exception>
    public async Task<ImmutableArray<string>> ListAsync(CancellationToken cancellationToken)
    {
        var applied = await database.ReadAsync(TryListAsync, cancellationToken);
        if (applied.FirstOrDefault(name => !Scripts.Contains(name + ".sql")) is { } newer)
        {
            throw new StoreException(
                StoreErrorKind.Unusable,
                $"{database.Where} was written by a newer muster (schema {newer}, this one knows up to {Newest}). It was left as it is: "
                + "use the newer muster, or restore a backup from before the upgrade");
        }

        return applied;
    }

    /// <summary>Whether nothing is left to run.</summary>
    public static bool IsNewest(ImmutableArray<string> applied) =>
        Scripts.All(script => applied.Contains(Path.GetFileNameWithoutExtension(script)));

    /// <summary>Every statement of every migration.</summary>
    public static IEnumerable<Statement> ReadAll(bool isCockroach) =>
        Scripts.SelectMany(script => Dialect.Split(Read(script), isCockroach));

    /// <summary>Runs what the database has not seen.</summary>
    /// <param name="executeAsync">Runs one statement.</param>
    /// <param name="cancellationToken">Gives up between two statements.</param>
    /// <returns>What the newest was before; null when there was none.</returns>
    public async Task<string?> MigrateAsync(Func<Statement, Task> executeAsync, CancellationToken cancellationToken)
    {
        await executeAsync(CreateJournal);
        var applied = await ListAsync(cancellationToken);
        foreach (var script in Scripts.Where(script => !applied.Contains(Path.GetFileNameWithoutExtension(script))))
        {
            foreach (var statement in await StatementsAsync(script, cancellationToken))
            {
                await executeAsync(statement);
            }

            await database.WriteAsync(
                session => session.WriteAsync(Note.Call().Bind(Path.GetFileNameWithoutExtension(script))), cancellationToken);
        }

        return applied.LastOrDefault();
    }

    private static async Task<ImmutableArray<string>> TryListAsync(Session session, CancellationToken cancellationToken)
    {
        try
        {
            return await session.ReadAllAsync(ListApplied.Call(), row => row.Text(), cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return [];
        }
    }

    private static string Read(string script)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(ResourcePrefix + script)
            ?? throw new InvalidOperationException($"migration {script} is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private async Task<ImmutableArray<Statement>> StatementsAsync(string script, CancellationToken cancellationToken)
    {
        var version = await database.ReadAsync(
            (session, token) => session.FirstAsync(ReadVersion.Call(), row => row.Text(), token), cancellationToken);
        return [.. Dialect.Split(Read(script), isCockroach: version!.Contains("CockroachDB", StringComparison.Ordinal))];
    }
}
