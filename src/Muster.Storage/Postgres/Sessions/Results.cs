using System.Collections.Immutable;

using Muster.Storage.Rows;

using Npgsql;

namespace Muster.Storage.Postgres.Sessions;

/// <summary>The answers of a batch, one result after the other; a statement that returns no rows by its kind has none.</summary>
internal sealed class Results(NpgsqlBatch batch, NpgsqlDataReader reader) : Row, IAsyncDisposable
{
    /// <summary>Every row of the result at hand, read; moves to the next result.</summary>
    public async Task<ImmutableArray<T>> ReadAllAsync<T>(Func<Row, T> read, CancellationToken cancellationToken)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            Rewind();
            items.Add(read(this));
        }

        await reader.NextResultAsync(cancellationToken);
        return items.DrainToImmutable();
    }

    /// <summary>Shows every row of the result at hand; moves to the next result.</summary>
    public async Task EachAsync(Action<Row> show, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken))
        {
            Rewind();
            show(this);
        }

        await reader.NextResultAsync(cancellationToken);
    }

    /// <summary>The first row of the result at hand, read; null when there is none. Moves to the next result.</summary>
    public async Task<T?> FirstAsync<T>(Func<Row, T> read, CancellationToken cancellationToken)
        where T : class
    {
        T? first = null;
        if (await reader.ReadAsync(cancellationToken))
        {
            Rewind();
            first = read(this);
        }

        await reader.NextResultAsync(cancellationToken);
        return first;
    }

    /// <summary>Runs to the end: an error of a later statement, a COMMIT's above all, is told here.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        while (await reader.NextResultAsync(cancellationToken))
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await batch.DisposeAsync();
    }

    protected override bool IsNullAt(int index) => reader.IsDBNull(index);

    protected override long LongAt(int index) => reader.GetInt64(index);

    protected override bool FlagAt(int index) => reader.GetBoolean(index);

    protected override DateTimeOffset TimeAt(int index) => new(reader.GetDateTime(index));

    protected override string TextAt(int index) => reader.GetString(index);

    protected override Guid IdAt(int index) => reader.GetGuid(index);

    protected override byte[] BytesAt(int index) => reader.GetFieldValue<byte[]>(index);
}
