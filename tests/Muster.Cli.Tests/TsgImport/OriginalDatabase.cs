using Muster.Postgres.Testing;

namespace Muster.Cli.Tests.TsgImport;

/// <summary>A real PostgreSQL with a database as the original makes it; shared by the tests of a class, which only read it.</summary>
public sealed class OriginalDatabase : IAsyncLifetime
{
    public const string Login = "jane.doe";

    public const string Shop = "9e075e5d-60d5-4cff-968e-b70db0badc12";
    public const string Stall = "77135218-9e49-4ef7-81da-09de9ec580ff";
    public const string Gone = "95fb339f-8f8d-4184-ac5f-2c57e838136e";
    public const string GoneOfOld = "9dd64b6a-3d2c-4e92-b280-ef0f6cf49d04";
    public const string Web = "ad74301e-ad62-404a-be44-3b2f24d082ac";
    public const string Old = "f1ead2a9-92fc-4435-9eb8-9e520bc3e4f9";

    /// <summary>Stands for the private key that the original keeps in clear.</summary>
    public const string Material = "just a test ssh private key yo";

    private const string Schema =
        """
        CREATE TABLE tsg_keys (id uuid PRIMARY KEY, name text NOT NULL, fingerprint text, material text, account_id uuid,
            created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, archived bool DEFAULT false);
        CREATE TABLE tsg_accounts (id uuid PRIMARY KEY, account_name text NOT NULL, triton_uuid text, key_id uuid REFERENCES tsg_keys (id),
            created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, archived bool DEFAULT false);
        CREATE TABLE tsg_users (id uuid PRIMARY KEY, username text NOT NULL, account_id uuid NOT NULL REFERENCES tsg_accounts (id),
            created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, archived bool DEFAULT false);
        CREATE TABLE tsg_templates (id uuid PRIMARY KEY, template_name text NOT NULL, account_id uuid NOT NULL REFERENCES tsg_accounts (id),
            package text NOT NULL, image_id text NOT NULL, firewall_enabled bool DEFAULT false, networks text, userdata text, metadata text,
            tags text, created_at timestamptz NOT NULL, archived bool DEFAULT false);
        CREATE TABLE tsg_groups (id uuid PRIMARY KEY, name text NOT NULL, template_id uuid NOT NULL REFERENCES tsg_templates (id),
            account_id uuid NOT NULL REFERENCES tsg_accounts (id), capacity int NOT NULL, health_check_interval int DEFAULT 300,
            created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, archived bool DEFAULT false);
        """;

    private const string Rows =
        $"""
        INSERT INTO tsg_keys VALUES ('1d32f239-81e2-4e35-a258-a5649dc4e6f3', 'TSG_Management_us-east-1',
            '5a:ce:1e:1d:b0:96:78:c6:7a:f2:f8:26:e1:b3:55:79', '{Material}', NULL, '2018-03-01T10:00:00Z', '2018-03-01T10:00:00Z', NULL);
        INSERT INTO tsg_accounts VALUES ('6f873d02-172c-418f-8416-4da2b50d5c53', '{Login}', '87307a00-ab96-4fec-8df7-1a256e49fbcc',
            '1d32f239-81e2-4e35-a258-a5649dc4e6f3', '2018-03-01T10:00:00Z', '2018-03-01T10:00:00Z', false);
        INSERT INTO tsg_templates VALUES
            ('{Old}', 'web', '6f873d02-172c-418f-8416-4da2b50d5c53', '14af2214-d2e8-11e5-9be9-93b3a0c5d3b2',
             '49b22aec-0c8a-11e6-8807-a3eb4db576ba', NULL, NULL, NULL, NULL, NULL, '2018-03-02T10:00:00Z', true),
            ('{Web}', 'web', '6f873d02-172c-418f-8416-4da2b50d5c53', '14af2214-d2e8-11e5-9be9-93b3a0c5d3b2',
             '49b22aec-0c8a-11e6-8807-a3eb4db576ba', true, 'f7ed95d3-faaf-43ef-9346-15644403b963,31428241-4878-47d6-9fba-9a8436b596a4',
             'bash script here', '{"{"}"a":"1"{"}"}', 'null', '2018-03-03T10:00:00.123456Z', false);
        INSERT INTO tsg_groups VALUES
            ('{GoneOfOld}', 'shop', '{Old}', '6f873d02-172c-418f-8416-4da2b50d5c53', 1, 300, '2018-03-02T11:00:00Z', '2018-03-02T12:00:00Z', true),
            ('{Gone}', 'shop', '{Web}', '6f873d02-172c-418f-8416-4da2b50d5c53', 6, 300, '2018-03-03T11:00:00Z', '2018-03-04T10:00:00Z', true),
            ('{Shop}', 'shop', '{Web}', '6f873d02-172c-418f-8416-4da2b50d5c53', 3, 300, '2018-03-04T11:00:00Z', '2018-03-05T10:00:00Z', false),
            ('{Stall}', 'stall', '{Web}', '6f873d02-172c-418f-8416-4da2b50d5c53', 2, 300, '2018-03-05T11:00:00Z', '2018-03-05T12:00:00Z', NULL);
        """;

    public PostgresServer Server { get; private set; } = null!;

    /// <summary>The database with two living groups, two deleted ones and a deleted template.</summary>
    public string Url => Server.SocketUrl("triton");

    public async ValueTask InitializeAsync()
    {
        Server = await PostgresServer.StartAsync(new(), TestContext.Current.CancellationToken);
        await Server.ExecuteAsync("CREATE DATABASE triton TEMPLATE template0", TestContext.Current.CancellationToken);
        await Server.ExecuteAsync(Schema, TestContext.Current.CancellationToken, "triton");
        await Server.ExecuteAsync(Rows, TestContext.Current.CancellationToken, "triton");
    }

    /// <summary>A copy of it, changed.</summary>
    public async Task<string> WithAsync(string sql)
    {
        var name = await Server.CreateDatabaseAsync("triton", TestContext.Current.CancellationToken);
        await Server.ExecuteAsync(sql, TestContext.Current.CancellationToken, name);
        return Server.SocketUrl(name);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
