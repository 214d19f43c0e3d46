namespace Muster.Storage.Postgres;

/// <summary>Where a <see cref="PostgresStore"/> is and how it is spoken to.</summary>
public sealed class PostgresStoreOptions
{
    /// <summary>The database.</summary>
    public required PostgresUrl Url { get; set; }

    /// <summary>
    /// The user's password; null when none is needed, or <c>PGPASSWORD</c> or a password file of PostgreSQL's own has it.
    /// </summary>
    public string? Password { get; set; }

    /// <summary>Whether opening brings the schema up to date, which needs the right to change it.</summary>
    /// <value>True unless set.</value>
    public bool Migrate { get; set; } = true;

    /// <summary>Whether it is opened to take an import: then it may hold a part of one that was broken off.</summary>
    public bool ForImport { get; set; }

    /// <summary>Most connections at once, 1 to 1000.</summary>
    /// <value>20 unless set: writes of an account share one, so the rest serve readers.</value>
    public int PoolMax { get; set; } = 20;

    /// <summary>How long a connection may take to be made, or to come free in a full pool. Whole seconds.</summary>
    /// <value>5 seconds unless set, or what the URL's <c>connect_timeout</c> says.</value>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>How long a statement may take. Whole seconds.</summary>
    /// <value>15 seconds unless set: ten thousand groups are recorded in less than one.</value>
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the database bears a transaction in which nothing happens: a server that was paused, or is cut off, must not keep an
    /// account's trail from the others.
    /// </summary>
    /// <value>5 seconds unless set.</value>
    public TimeSpan IdleInTransactionTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
