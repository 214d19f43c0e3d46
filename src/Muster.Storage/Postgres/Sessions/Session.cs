using System.Collections.Immutable;

using Muster.Storage.Rows;

using Npgsql;

namespace Muster.Storage.Postgres.Sessions;

/// <summary>One attempt: a connection of its own from the pool, and whether what it sent may have happened.</summary>
/// <param name="connection">Open.</param>
/// <param name="mayHaveHappened">Whether an attempt before this one broke off after it had sent what it wanted to be kept.</param>
internal sealed class Session(NpgsqlConnection connection, bool mayHaveHappened) : IAsyncDisposable
{
    private static readonly Statement Begin = new("BEGIN");
    private static readonly Statement BeginReading = new("BEGIN TRANSACTION READ ONLY");
    private static readonly Statement Commit = new("COMMIT");
    private static readonly Statement RollBack = new("ROLLBACK");

    /// <summary>Whether an attempt before this one may have had its effect: then what is found may be one's own.</summary>
    public bool MayHaveHappened { get; } = mayHaveHappened;

    /// <summary>Whether this attempt has sent something that is kept unless it is refused.</summary>
    public bool HasSent { get; private set; }

    /// <summary>Reads by one statement.</summary>
    public async Task<ImmutableArray<T>> ReadAllAsync<T>(Call call, Func<Row, T> read, CancellationToken cancellationToken)
    {
        await using var results = await SendAsync([call], cancellationToken);
        var items = await results.ReadAllAsync(read, cancellationToken);
        await results.FinishAsync(cancellationToken);
        return items;
    }

    /// <summary>Reads the first row by one statement; null when there is none.</summary>
    public async Task<T?> FirstAsync<T>(Call call, Func<Row, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var results = await SendAsync([call], cancellationToken);
        var first = await results.FirstAsync(read, cancellationToken);
        await results.FinishAsync(cancellationToken);
        return first;
    }

    /// <summary>Reads by many statements, in one round trip, what was so at one moment.</summary>
    public async Task<T> ReadTogetherAsync<T>(
        IReadOnlyList<Call> calls, Func<Results, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var results = await SendAsync([BeginReading.Call(), .. calls, Commit.Call()], cancellationToken);
        var value = await read(results);
        await results.FinishAsync(cancellationToken);
        return value;
    }

    /// <summary>Writes by one statement that is its own transaction.</summary>
    /// <returns>How many rows it changed.</returns>
    public async Task<int> WriteAsync(Call call)
    {
        HasSent = true;
        await using var results = await SendAsync([call], CancellationToken.None);
        await results.FinishAsync(CancellationToken.None);
        return call.Command.RecordsAffected;
    }

    /// <summary>Writes by one statement that is its own transaction, and reads what it returns.</summary>
    public Task<ImmutableArray<T>> WriteAllAsync<T>(Call call, Func<Row, T> read)
    {
        HasSent = true;
        return ReadAllAsync(call, read, CancellationToken.None);
    }

    /// <summary>Writes by several statements that return nothing, in one transaction and one round trip.</summary>
    public async Task WriteTogetherAsync(IReadOnlyList<Call> calls)
    {
        HasSent = true;
        await using var results = await SendAsync([Begin.Call(), .. calls, Commit.Call()], CancellationToken.None);
        await results.FinishAsync(CancellationToken.None);
    }

    /// <summary>Begins a transaction and sends its first statements with it.</summary>
    public async Task<T> BeginAsync<T>(IReadOnlyList<Call> calls, Func<Results, Task<T>> read)
    {
        await using var results = await SendAsync([Begin.Call(), .. calls], CancellationToken.None);
        var value = await read(results);
        await results.FinishAsync(CancellationToken.None);
        return value;
    }

    /// <summary>Sends a transaction's last statements and ends it. Statements that return rows do not belong here.</summary>
    public async Task CommitAsync(IReadOnlyList<Call> calls)
    {
        HasSent = true;
        await using var results = await SendAsync([.. calls, Commit.Call()], CancellationToken.None);
        await results.FinishAsync(CancellationToken.None);
    }

    /// <summary>Ends a transaction in which nothing was to be written after all.</summary>
    public async Task RollBackAsync()
    {
        await using var results = await SendAsync([RollBack.Call()], CancellationToken.None);
        await results.FinishAsync(CancellationToken.None);
    }

    /// <summary>Back into the pool, which ends what is still open.</summary>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task<Results> SendAsync(IReadOnlyList<Call> calls, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var call in calls)
        {
            batch.BatchCommands.Add(call.Command);
        }

        return new(batch, await batch.ExecuteReaderAsync(cancellationToken));
    }
}
