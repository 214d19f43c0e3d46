using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Postgres.Tables;

using Npgsql;

namespace Muster.Storage.Postgres;

/// <summary>One run of the migrations, alone among all who share the database.</summary>
/// <remarks>
/// Whose turn it is stands in a row of <c>meta</c> that runs out: who crashed in the middle is followed by the next, and who comes
/// meanwhile waits for the end.
/// </remarks>
/// <param name="database">Which.</param>
/// <param name="random">Says who we are, and names a new installation.</param>
/// <param name="timeProvider">Measures the waits.</param>
internal sealed class Migration(Database database, IRandomSource random, TimeProvider timeProvider)
{
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(200);

    private static readonly Statement CreateMeta = new(
        """
        CREATE TABLE IF NOT EXISTS meta (
            key text NOT NULL PRIMARY KEY,
            value text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now()
        )
        """);

    private static readonly Statement ShowEncoding = new("SHOW server_encoding");

    private static readonly Statement TakeTurn = new(
        """
        INSERT INTO meta (key, value) VALUES ('migrating', $1)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()
        WHERE meta.value = '' OR meta.value = excluded.value OR meta.updated_at < now() - interval '30 seconds'
        """);

    private static readonly Statement KeepTurn = new("UPDATE meta SET updated_at = now() WHERE key = 'migrating' AND value = $1");

    private static readonly Statement EndTurn =
        new("UPDATE meta SET value = '', updated_at = now() WHERE key = 'migrating' AND value = $1");

    private readonly Schema _schema = new(database);
    private readonly string _me = random.NextId().ToString();

    /// <summary>Brings the schema up to date, if it is not.</summary>
    /// <returns>The newest migration before; null when the database was empty.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var applied = await _schema.ListAsync(cancellationToken);
            if (Schema.IsNewest(applied))
            {
                return applied[^1];
            }

            await EnsureUnicodeAsync(cancellationToken);
            await CreateAsync(CreateMeta, cancellationToken);
            if (await database.WriteAsync(session => session.WriteAsync(TakeTurn.Call().Bind(_me)), cancellationToken) == 1)
            {
                return await RunAloneAsync(cancellationToken);
            }

            // Whoever has the turn says nothing when it ends: CockroachDB has no LISTEN.
            await Task.Delay(AskInterval, timeProvider, cancellationToken);
        }
    }

    /// <summary>Whether the database can hold every name that there is.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.Unusable"/>: it cannot.</exception>
    public async Task EnsureUnicodeAsync(CancellationToken cancellationToken)
    {
        var encoding = await database.ReadAsync(
            (session, token) => session.FirstAsync(ShowEncoding.Call(), row => row.Text(), token), cancellationToken);
        if (encoding != "UTF8")
        {
            throw new StoreException(
                StoreErrorKind.Unusable,
                $"{database.Where} is encoded in {encoding}, muster needs UTF8: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0");
        }
    }

    private async Task<string?> RunAloneAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Before the newest script is noted: from then on others open the store, and they need the id.
            await MetaTable.EnsureInstallationAsync(database, new(random.NextId()), cancellationToken);
            return await _schema.MigrateAsync(statement => ExecuteAsync(statement, cancellationToken), cancellationToken);
        }
        finally
        {
            // Whatever went wrong: who tries again, or comes next, need not wait until the turn runs out.
            await database.WriteAsync(session => session.WriteAsync(EndTurn.Call().Bind(_me)), CancellationToken.None);
        }
    }

    /// <summary>Runs a statement, however long it takes, and keeps the turn meanwhile.</summary>
    private async Task ExecuteAsync(Statement statement, CancellationToken cancellationToken)
    {
        await KeepAsync(cancellationToken);
        var running = CreateAsync(statement, cancellationToken);
        try
        {
            while (await Task.WhenAny(running, Task.Delay(RenewInterval, timeProvider, cancellationToken)) != running)
            {
                await KeepAsync(cancellationToken);
            }
        }
        finally
        {
            // A statement that was begun is carried through: whoever hears that this run is over must not meet it.
            await running;
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        if (await database.WriteAsync(session => session.WriteAsync(KeepTurn.Call().Bind(_me)), cancellationToken) != 1)
        {
            throw new StoreException(
                StoreErrorKind.Unavailable,
                $"{database.Where} is being migrated by another muster, which took over from this one; try again");
        }
    }

    /// <summary>
    /// Runs a statement that makes what is not there. PostgreSQL refuses one of two who make the same thing at once: by the table, by the
    /// type of its rows or by a row of the catalogue, whichever comes first.
    /// </summary>
    private async Task CreateAsync(Statement statement, CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(session => session.WriteAsync(statement.Call()), cancellationToken);
        }
        catch (Exception error) when (IsThereAlready(error))
        {
            await database.WriteAsync(session => session.WriteAsync(statement.Call()), cancellationToken);
        }
    }

    // Inside when an attempt before broke off, since then nobody says which of the two made it.
    private static bool IsThereAlready(Exception error) =>
        (error as PostgresException ?? error.InnerException as PostgresException)?.SqlState
            is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject;
}
