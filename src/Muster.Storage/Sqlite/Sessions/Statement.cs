namespace Muster.Storage.Sqlite.Sessions;

/// <summary>One SQL statement of the store. Every one is a static field, so that a test can ask SQLite for the plan of each.</summary>
/// <param name="sql">With <c>?</c> or <c>?1</c> for what is bound.</param>
internal sealed class Statement(string sql)
{
    public string Sql { get; } = sql;
}
