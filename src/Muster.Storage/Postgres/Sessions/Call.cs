using Muster.Core;
using Muster.Records;
using Muster.Storage.Rules;

using Npgsql;

using NpgsqlTypes;

namespace Muster.Storage.Postgres.Sessions;

/// <summary>One run of a statement with its values, bound from left to right. Sent once: another attempt binds anew.</summary>
internal sealed class Call(Statement statement)
{
    public NpgsqlBatchCommand Command { get; } = new(statement.Sql);

    public Call Bind(string? text) => Add(KeptText.Of(text), NpgsqlDbType.Text);

    public Call BindJson(string? json) => Add(KeptText.OfJson(json), NpgsqlDbType.Text);

    public Call Bind(long number) => Add(number, NpgsqlDbType.Bigint);

    public Call Bind(long? number) => Add(number, NpgsqlDbType.Bigint);

    public Call Bind(bool flag) => Add(flag, NpgsqlDbType.Boolean);

    public Call Bind(DateTimeOffset time) => Add(Kept(time), NpgsqlDbType.TimestampTz);

    public Call Bind(DateTimeOffset? time) => Add(Kept(time), NpgsqlDbType.TimestampTz);

    public Call Bind(TimeSpan span) => Bind(Microseconds.From(span));

    public Call Bind(byte[] bytes) => Add(bytes, NpgsqlDbType.Bytea);

    public Call Bind(Guid id) => Add(id, NpgsqlDbType.Uuid);

    public Call Bind<TId>(TId id)
        where TId : struct, IId<TId> => Bind(id.Value);

    public Call BindWord<T>(T word)
        where T : struct, Enum => Bind(Words<T>.Of(word));

    public Call BindAll<T>(IReadOnlyCollection<T> items, Func<T, string?> of) =>
        AddAll(items, item => KeptText.Of(of(item)), NpgsqlDbType.Text);

    public Call BindAllJson<T>(IReadOnlyCollection<T> items, Func<T, string?> of) =>
        AddAll(items, item => KeptText.OfJson(of(item)), NpgsqlDbType.Text);

    public Call BindAll<T>(IReadOnlyCollection<T> items, Func<T, long> of) => AddAll(items, of, NpgsqlDbType.Bigint);

    public Call BindAll<T>(IReadOnlyCollection<T> items, Func<T, long?> of) => AddAll(items, of, NpgsqlDbType.Bigint);

    public Call BindAll<T>(IReadOnlyCollection<T> items, Func<T, bool> of) => AddAll(items, of, NpgsqlDbType.Boolean);

    public Call BindAll<T>(IReadOnlyCollection<T> items, Func<T, bool?> of) => AddAll(items, of, NpgsqlDbType.Boolean);

    public Call BindAll<T>(IReadOnlyCollection<T> items, Func<T, byte[]> of) => AddAll(items, of, NpgsqlDbType.Bytea);

    public Call BindAll<T>(IReadOnlyCollection<T> items, Func<T, DateTimeOffset> of) =>
        AddAll(items, item => Kept(of(item)), NpgsqlDbType.TimestampTz);

    public Call BindAll<T>(IReadOnlyCollection<T> items, Func<T, DateTimeOffset?> of) =>
        AddAll(items, item => Kept(of(item)), NpgsqlDbType.TimestampTz);

    public Call BindAll<T>(IReadOnlyCollection<T> items, Func<T, Guid> of) => AddAll(items, of, NpgsqlDbType.Uuid);

    public Call BindAll<T>(IReadOnlyCollection<T> items, Func<T, Guid?> of) => AddAll(items, of, NpgsqlDbType.Uuid);

    private static DateTime Kept(DateTimeOffset time) => Microseconds.Kept(time).UtcDateTime;

    private static DateTime? Kept(DateTimeOffset? time) => time is { } value ? Kept(value) : null;

    private Call AddAll<T, TValue>(IReadOnlyCollection<T> items, Func<T, TValue> of, NpgsqlDbType type)
    {
        var values = new TValue[items.Count];
        var next = 0;
        foreach (var item in items)
        {
            values[next++] = of(item);
        }

        return Add(values, NpgsqlDbType.Array | type);
    }

    private Call Add<T>(T value, NpgsqlDbType type)
    {
        Command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
        return this;
    }
}
