using Microsoft.Data.Sqlite;

using SQLitePCL;

namespace Muster.Storage.Sqlite.Sessions;

/// <summary>One connection and its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3 _database;
    private readonly Dictionary<Statement, Query> _queries = [];

    /// <summary>Takes over an open connection.</summary>
    public SqliteSession(SqliteConnection connection)
    {
        _connection = connection;
        _database = connection.Handle ?? throw new ArgumentException("the connection is not open", nameof(connection));
    }

    /// <summary>The newest position of the audit trail; kept by the one session that writes.</summary>
    public long LastPosition { get; set; }

    /// <summary>The statement, prepared once and ready to be bound.</summary>
    public Query Query(Statement statement)
    {
        if (_queries.TryGetValue(statement, out var query))
        {
            return query.Reset();
        }

        query = Prepare(statement.Sql);
        _queries.Add(statement, query);
        return query;
    }

    /// <summary>A statement that the caller disposes of: for what is rarely asked.</summary>
    public Query Prepare(string sql)
    {
        var code = raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared);
        return code == raw.SQLITE_OK ? new Query(_database, prepared) : throw SqliteErrors.Of(_database, code);
    }

    public void Run(Statement statement) => Query(statement).Run();

    /// <summary>
    /// Ends every statement that still stands at a row; due before a transaction ends. While one does, SQLite keeps its snapshot beyond
    /// COMMIT and ROLLBACK, and whatever is read next on this connection comes from it.
    /// </summary>
    public void CloseQueries()
    {
        foreach (var query in _queries.Values)
        {
            query.Close();
        }
    }

    /// <summary>Ends a transaction that failed, unless SQLite did so already.</summary>
    /// <remarks>Throws nothing: it runs while an error is on its way, and should it fail, the next BEGIN says so.</remarks>
    public void RollBack()
    {
        CloseQueries();
        if (raw.sqlite3_get_autocommit(_database) == 0)
        {
            _ = raw.sqlite3_exec(_database, "ROLLBACK");
        }
    }

    public void Dispose()
    {
        foreach (var query in _queries.Values)
        {
            query.Dispose();
        }

        _connection.Dispose();
    }
}
