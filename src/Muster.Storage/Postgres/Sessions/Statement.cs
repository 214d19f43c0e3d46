namespace Muster.Storage.Postgres.Sessions;

/// <summary>
/// One SQL statement of the store. Every one is made once, in a static field, so that a test can hold it to the SQL that CockroachDB speaks
/// too and ask PostgreSQL for its plan.
/// </summary>
/// <param name="sql">With <c>$1</c>, <c>$2</c> and so on for what is bound.</param>
internal sealed class Statement(string sql)
{
    public string Sql { get; } = sql;

    /// <summary>Ready to be bound, from left to right.</summary>
    public Call Call() => new(this);
}
