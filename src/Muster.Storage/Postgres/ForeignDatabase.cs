using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;
using Npgsql;

namespace Muster.Storage.Postgres;

/// <summary>Reads a database that another program keeps; never writes to it.</summary>
/// <param name="options">Where it is.</param>
/// <param name="program">Whose it is, for messages.</param>
/// <param name="missing">What to do where there is no such database, as the end of a sentence.</param>
/// <param name="rights">What its user must be permitted, as the end of a sentence.</param>
public sealed class ForeignDatabase(PostgresStoreOptions options, string program, string missing, string rights)
{
    private static readonly TimeSpan StatementTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Reads it as it is at one moment.</summary>
    /// <exception cref="StoreException">It does not let us in, does not answer, or is no database of that program.</exception>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            await using var source = Connections.Open(options, StatementTimeout);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await ExecuteAsync(connection, "BEGIN TRANSACTION READ ONLY", cancellationToken);
            var contents = await read(connection);
            await ExecuteAsync(connection, "COMMIT", cancellationToken);
            return contents;
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn)
        {
            throw Unusable($"is no database of {program}: {error.MessageText}", error);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InvalidCatalogName)
        {
            // Nothing is to be created: what is to be read lies elsewhere.
            throw Unusable($"does not exist: {error.MessageText}; {missing}", error);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw Unusable($"does not permit it: {error.MessageText}; {rights}", error);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException or IOException
            && PostgresErrors.Translate(error, options.Url.ToString(), mayHaveHappened: false) is StoreException told)
        {
            throw told;
        }
    }

    private StoreException Unusable(string words, PostgresException error) => new(StoreErrorKind.Unusable, $"{options.Url} {words}", error);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
