using System.Globalization;

using Muster.Storage.Postgres.Sessions;

using Npgsql;

namespace Muster.Storage.Postgres;

/// <summary>Makes the source of connections, with every limit in it.</summary>
internal static class Connections
{
    /// <summary>Seconds of silence after which the other side is asked whether it is still there, and between the questions.</summary>
    private const int KeepAliveSeconds = 5;

    /// <summary>Statements that the database keeps planned for each connection: more than the store has.</summary>
    private const int PreparedMax = 100;

    /// <param name="options">Where to.</param>
    /// <param name="statementTimeout">How long a statement may take.</param>
    public static NpgsqlDataSource Open(PostgresStoreOptions options, TimeSpan statementTimeout)
    {
        TlsLibrary.EnsureFound(options);
        var builder = new NpgsqlSlimDataSourceBuilder(Describe(options, statementTimeout).ConnectionString);
        builder.EnableArrays().EnableJsonTypes().EnableTransportSecurity();
        return options.Url.Hosts.Length > 1 || options.Url.TargetSessionAttributes is not null
            ? builder.BuildMultiHost().WithTargetSession(Target(options.Url.TargetSessionAttributes ?? "read-write"))
            : builder.Build();
    }

    private static NpgsqlConnectionStringBuilder Describe(PostgresStoreOptions options, TimeSpan statementTimeout)
    {
        var url = options.Url;
        var connectTimeout = Seconds(options.ConnectTimeout ?? url.ConnectTimeout ?? TimeSpan.FromSeconds(5));
        var description = new NpgsqlConnectionStringBuilder
        {
            Host = string.Join(',', url.Hosts.Select(Written)),
            Port = url.Hosts[0].Port,
            Database = url.Database,
            Username = url.User,
            Password = options.Password,
            ApplicationName = url.ApplicationName,
            SslMode = Mode(url.Tls),
            RootCertificate = url.RootCertificate,
            SslCertificate = url.Certificate,
            SslKey = url.Key,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Timeout = connectTimeout,
            CommandTimeout = Seconds(statementTimeout) + 1,
            CancellationTimeout = 1000,
            // No statement of the store changes its session, so a connection goes back into the pool as it is; what it left open is rolled
            // back all the same. A reset would send what CockroachDB has not: UNLISTEN, pg_advisory_unlock_all, SET SESSION AUTHORIZATION.
            NoResetOnClose = true,
            MaxPoolSize = options.PoolMax,
            MaxAutoPrepare = PreparedMax,
            AutoPrepareMinUsages = 2,
            Options = SessionDefaults(options, statementTimeout),
        };
        if (url.Hosts.Any(host => !host.IsSocket))
        {
            // A Unix socket refuses them.
            description.TcpKeepAlive = true;
            description.TcpKeepAliveTime = KeepAliveSeconds;
            description.TcpKeepAliveInterval = KeepAliveSeconds;
        }

        return description;
    }

    // Sent when a connection begins, so that no statement runs without them and none has to ask for them. A plan is made for what a
    // statement is given: one that PostgreSQL keeps for all was made of a table as it was then, and pairs ten thousand groups with ten
    // thousand rows one by one when the table has grown and nothing has analyzed it yet.
    private static string SessionDefaults(PostgresStoreOptions options, TimeSpan statementTimeout) => string.Create(
        CultureInfo.InvariantCulture,
        $"-c default_transaction_isolation=serializable -c plan_cache_mode=force_custom_plan"
        + $" -c statement_timeout={statementTimeout.TotalMilliseconds:F0}"
        + $" -c idle_in_transaction_session_timeout={options.IdleInTransactionTimeout.TotalMilliseconds:F0}");

    // A list of hosts carries its ports with it; a single one must not, since a directory has no colon.
    private static string Written(PostgresHost host) =>
        host.IsSocket ? host.Name : string.Create(CultureInfo.InvariantCulture, $"{host.Name}:{host.Port}");

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);

    private static SslMode Mode(PostgresTls tls) => tls switch
    {
        PostgresTls.Disable => SslMode.Disable,
        PostgresTls.Allow => SslMode.Allow,
        PostgresTls.Prefer => SslMode.Prefer,
        PostgresTls.Require => SslMode.Require,
        PostgresTls.VerifyCa => SslMode.VerifyCA,
        _ => SslMode.VerifyFull,
    };

    private static TargetSessionAttributes Target(string name) => name switch
    {
        "read-write" => TargetSessionAttributes.ReadWrite,
        "read-only" => TargetSessionAttributes.ReadOnly,
        "primary" => TargetSessionAttributes.Primary,
        "standby" => TargetSessionAttributes.Standby,
        "prefer-standby" => TargetSessionAttributes.PreferStandby,
        _ => TargetSessionAttributes.Any,
    };
}
