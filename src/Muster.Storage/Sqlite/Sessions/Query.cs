using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;

using Microsoft.Data.Sqlite;

using Muster.Core;
using Muster.Records;
using Muster.Storage.Rows;

using SQLitePCL;

namespace Muster.Storage.Sqlite.Sessions;

/// <summary>
/// A prepared statement: bound from left to right, then run. Speaks to SQLite itself and not through ADO.NET commands, which box
/// every parameter and look each up by name: measured on the update of 10,000 group states, that doubles the CPU time.
/// </summary>
internal sealed class Query(sqlite3 database, sqlite3_stmt statement) : Row, IDisposable
{
    private const int GuidTextLength = 36;
    private char[] _chars = [];
    private int _parameter = 1;
    private bool _isAtRow;

    /// <summary>Ready to be bound anew.</summary>
    public Query Reset()
    {
        Rest();
        _parameter = 1;
        return this;
    }

    /// <summary>Ends it when it stands at a row, which nobody wants any more.</summary>
    public void Close()
    {
        if (_isAtRow)
        {
            Rest();
        }
    }

    public Query Bind(string? text) => text is null ? BindNull() : Checked(raw.sqlite3_bind_text(statement, _parameter++, text));

    public Query Bind(long number) => Checked(raw.sqlite3_bind_int64(statement, _parameter++, number));

    public Query Bind(long? number) => number is { } value ? Bind(value) : BindNull();

    public Query Bind(bool flag) => Bind(flag ? 1L : 0L);

    public Query Bind(DateTimeOffset time) => Bind(Microseconds.From(time));

    public Query Bind(DateTimeOffset? time) => Bind(Microseconds.From(time));

    public Query Bind(TimeSpan span) => Bind(Microseconds.From(span));

    public Query Bind(ReadOnlySpan<byte> bytes) => Checked(raw.sqlite3_bind_blob(statement, _parameter++, bytes));

    public Query Bind<TId>(TId id)
        where TId : struct, IId<TId> => Bind(id.Value);

    public Query Bind(Guid id)
    {
        Span<byte> text = stackalloc byte[GuidTextLength];
        _ = Utf8Formatter.TryFormat(id, text, out _);
        return Checked(raw.sqlite3_bind_text(statement, _parameter++, text));
    }

    public Query Bind<TId>(TId? id)
        where TId : struct, IId<TId> => id is { } value ? Bind(value) : BindNull();

    public Query BindWord<T>(T word)
        where T : struct, Enum => Bind(Words<T>.Of(word));

    /// <summary>Moves to the next row; false after the last, and then the query has ended.</summary>
    public bool Next()
    {
        var code = raw.sqlite3_step(statement);
        switch (code)
        {
            case raw.SQLITE_ROW:
                _isAtRow = true;
                Rewind();
                return true;
            case raw.SQLITE_DONE:
                Rest();
                return false;
            default:
                // The message is read before the reset clears it.
                var error = Error(code);
                Rest();
                throw error;
        }
    }

    /// <summary>Runs a statement that returns nothing.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        while (Next())
        {
        }

        return raw.sqlite3_changes(database);
    }

    /// <summary>The first row, read; null when there is none.</summary>
    public T? First<T>(Func<Row, T> read)
        where T : class
    {
        if (!Next())
        {
            return null;
        }

        var value = read(this);
        Rest();
        return value;
    }

    /// <summary>Every row, read.</summary>
    public ImmutableArray<T> All<T>(Func<Row, T> read)
    {
        var values = ImmutableArray.CreateBuilder<T>();
        while (Next())
        {
            values.Add(read(this));
        }

        return values.DrainToImmutable();
    }

    /// <summary>The number in the first column of the one row.</summary>
    public long Number()
    {
        var number = Next() ? Long() : throw new InvalidDataException("a statement that always has a row had none");

        while (Next())
        {
        }

        return number;
    }

    /// <summary>Whether there is any row.</summary>
    public bool Any()
    {
        var any = Next();
        Rest();
        return any;
    }

    public void Dispose() => statement.Dispose();

    protected override bool IsNullAt(int index) => raw.sqlite3_column_type(statement, index) == raw.SQLITE_NULL;

    protected override long LongAt(int index) => raw.sqlite3_column_int64(statement, index);

    protected override bool FlagAt(int index) => LongAt(index) != 0;

    protected override DateTimeOffset TimeAt(int index) => Microseconds.ToTime(LongAt(index));

    protected override string TextAt(int index) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, index));

    protected override ReadOnlySpan<char> CharsAt(int index)
    {
        var text = raw.sqlite3_column_blob(statement, index);
        if (_chars.Length < text.Length)
        {
            // No text has more characters than bytes.
            _chars = new char[text.Length];
        }

        return _chars.AsSpan(0, Encoding.UTF8.GetChars(text, _chars));
    }

    protected override byte[] BytesAt(int index) => raw.sqlite3_column_blob(statement, index).ToArray();

    protected override Guid IdAt(int index)
    {
        var text = raw.sqlite3_column_blob(statement, index);
        return Utf8Parser.TryParse(text, out Guid id, out var read) && read == text.Length
            ? id
            : throw new InvalidDataException($"the store holds '{Encoding.UTF8.GetString(text)}' where an id belongs");
    }

    // The code repeats the error of the run before, which was thrown then.
    private void Rest()
    {
        _ = raw.sqlite3_reset(statement);
        _isAtRow = false;
    }

    private Query BindNull() => Checked(raw.sqlite3_bind_null(statement, _parameter++));

    private Query Checked(int code) => code == raw.SQLITE_OK ? this : throw Error(code);

    private SqliteException Error(int code) => SqliteErrors.Of(database, code);
}
