using System.Collections.Immutable;
using System.Data;
using System.Globalization;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

using Npgsql;

namespace Muster.Metrics.Sql;

/// <summary>Reads a metric by a query, in transactions that only read and that the server ends in time.</summary>
internal sealed class SqlSource : IMetricSource
{
    /// <summary>All rows of an answer for all groups: those of a large group, for each of some hundred.</summary>
    private const int RowsMax = 1_000_000;

    private readonly SqlQuery _query;
    private readonly NpgsqlDataSource _source;
    private readonly int _connections;
    private readonly string _begin;
    private readonly string _server;

    public SqlSource(NpgsqlConnectionStringBuilder address, SecretText? password, SqlQuery query, TimeSpan timeout)
    {
        _query = query;
        _connections = address.MaxPoolSize;
        _server = string.Create(CultureInfo.InvariantCulture, $"{address.Host}:{address.Port}");
        _begin = string.Create(
            CultureInfo.InvariantCulture,
            $"SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = {(long)Math.Max(1, timeout.TotalMilliseconds)}");
        var builder = new NpgsqlSlimDataSourceBuilder(address.ConnectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        if (password is not null)
        {
            builder.UsePasswordProvider(_ => password.Read(), (_, _) => ValueTask.FromResult(password.Read()));
        }

        _source = builder.Build();
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<MetricAnswer>> ReadAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken) =>
        groups.IsEmpty ? []
        : _query.IsForEach ? await PerGroup.ReadAsync(
            groups, _connections, async (group, cancellation) => Samples(await RunAsync([group], cancellation)), cancellationToken)
        : SqlRow.Spread(groups, await RunAsync(groups, cancellationToken));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static ImmutableArray<MetricSample> Samples(IReadOnlyList<SqlRow> rows) => [.. rows.Select(row => row.Sample)];

    private async Task<IReadOnlyList<SqlRow>> RunAsync(IReadOnlyList<MetricScope> groups, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            await using (var begin = new NpgsqlCommand(_begin, connection, transaction))
            {
                await begin.ExecuteNonQueryAsync(cancellationToken);
            }

            await using var command = new NpgsqlCommand(_query.Text, connection, transaction);
            foreach (var parameter in _query.Parameters(groups))
            {
                command.Parameters.Add(parameter);
            }

            var rows = new List<SqlRow>();
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            {
                var columns = SqlColumns.Of(reader, _query.IsForAll);
                while (await reader.ReadAsync(cancellationToken))
                {
                    if (rows.Count == RowsMax)
                    {
                        throw new MetricException($"the query comes to more than {RowsMax} rows");
                    }

                    rows.Add(columns.Read(reader));
                }
            }

            return rows;
        }
        catch (Exception error) when (cancellationToken.IsCancellationRequested && error is not MetricException)
        {
            // The library tells it in several ways.
            throw new OperationCanceledException(error.Message, error, cancellationToken);
        }
        catch (PostgresException error)
        {
            throw new MetricException(error.SqlState switch
            {
                PostgresErrorCodes.QueryCanceled => $"{_server} did not finish the query in time",
                PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                    $"{_server} does not let Muster in: look at user and password_file",
                PostgresErrorCodes.ReadOnlySqlTransaction => $"the query writes, and is not let: {Foreign.Words(error.MessageText)}",
                _ => $"{_server} refuses the query: {Foreign.Words(error.MessageText)}",
            }, error);
        }
        catch (Exception error) when (error is NpgsqlException or IOException or UnauthorizedAccessException or TimeoutException
            or OperationCanceledException)
        {
            throw new MetricException($"{_server}: {Foreign.Words(error.InnerException?.Message ?? error.Message)}", error);
        }
    }
}
