using System.Globalization;

using Muster.Core.Metrics;
using Muster.Core.Options;
using Muster.Metrics.Kit;

using Npgsql;

namespace Muster.Metrics.Sql;

/// <summary>A query to PostgreSQL, or to what speaks as it does.</summary>
public sealed class SqlKind : IMetricKind
{
    private const int QueryLengthMax = 16_000;

    private static readonly ConfigOption<string> Host = Option.TextOr(
        "host", "where PostgreSQL is: a name, an address, or the directory of its socket", "127.0.0.1", "a host's name");

    private static readonly ConfigOption<int> Port = Option.Number("port", "its port", 5432, 1, 65_535);

    private static readonly ConfigOption<string?> Database = Option.RequiredText("database", "the database", "a database's name");

    private static readonly ConfigOption<string?> User = Option.RequiredText(
        "user", "as whom; one that may only read what the query needs", "a role's name");

    private static readonly ConfigOption<string?> PasswordFile = Option.Text(
        "password_file", "a file with the password, which only its owner may read");

    private static readonly ConfigOption<SslMode> Tls = Option.Choice(
        "tls", "`prefer`, `off`, `require`, or `verify`: the server's certificate is for this name, and somebody vouches for it",
        ("prefer", SslMode.Prefer), ("off", SslMode.Disable), ("require", SslMode.Require), ("verify", SslMode.VerifyFull));

    private static readonly ConfigOption<string?> CaFile = Option.Text(
        "ca_file", "certificates (PEM) that vouch for the server, in place of the system's");

    private static readonly ConfigOption<string?> Query = Option.RequiredText(
        "query",
        "one statement that comes to one row with one number, or to rows of an instance's name and a number. `@group`, `@group_id` and "
        + "`@account` are the group's name and id and its account's id, `@group_ids` and `@groups` those of all groups that are "
        + "asked for: then "
        + "the first column is called `group_id` or `group_name`, and says of which a row is",
        "a query, such as SELECT count(*) FROM jobs WHERE state = 'waiting'");

    private static readonly ConfigOption<int> Connections = Option.Number("connections", "connections at once, 1 to 16", 2, 1, 16);

    /// <inheritdoc/>
    public string Name => "sql";

    /// <inheritdoc/>
    public MetricKindDescription Description { get; } = new()
    {
        Summary = "A query to PostgreSQL, in a transaction that only reads.",
        Options = [Host, Port, Database, User, PasswordFile, Tls, CaFile, Query, Connections],
    };

    /// <inheritdoc/>
    public IMetricSource Open(MetricSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var reader = new MetricSetupReader(setup, Description.Options);
        var address = new NpgsqlConnectionStringBuilder
        {
            Host = reader.Read(Host),
            Port = reader.Read(Port),
            Database = reader.Read(Database),
            Username = reader.Read(User),
            SslMode = reader.Read(Tls),
            RootCertificate = reader.Read(CaFile),
            MaxPoolSize = reader.Read(Connections),
            ApplicationName = "muster",
            Timeout = 5,
            // The server keeps the time, and this is for one that is gone.
            CommandTimeout = (int)Math.Ceiling(setup.Timeout.TotalSeconds) + 1,
            // Moves such as a rotated password are seen within minutes.
            ConnectionLifetime = 300,
            KeepAlive = 0,
        };
        if (address.RootCertificate is { Length: > 0 } path && (!File.Exists(path) || address.SslMode is SslMode.Disable))
        {
            reader.Refuse(CaFile.Name, path, "a file with certificates as PEM, with tls = \"verify\"");
        }

        var query = QueryOf(reader);
        var password = reader.Secret(PasswordFile);
        reader.ThrowIfWrong();
        return new SqlSource(address, password, query, setup.Timeout);
    }

    private static SqlQuery QueryOf(MetricSetupReader reader)
    {
        var text = reader.Read(Query) ?? "";
        if (text.Length > QueryLengthMax)
        {
            reader.Refuse(
                Query.Name, string.Create(CultureInfo.InvariantCulture, $"{text.Length} characters"),
                string.Create(CultureInfo.InvariantCulture, $"at most {QueryLengthMax} characters: a view keeps it short"));
        }

        var query = new SqlQuery(text);
        if (query is { IsForAll: true, IsForEach: true })
        {
            reader.Refuse(Query.Name, text, "either @group, @group_id and @account, or @groups and @group_ids");
        }

        return query;
    }
}
