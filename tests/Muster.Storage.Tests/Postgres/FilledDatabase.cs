using Npgsql;

namespace Muster.Storage.Tests.Postgres;

/// <summary>A database with enough in it that a look at a whole table is dearer than an index.</summary>
public sealed class FilledDatabase : IAsyncLifetime
{
    private const string Fill =
        """
        INSERT INTO accounts (id, name, created_at) SELECT gen_random_uuid(), 'account-' || i, now() FROM generate_series(1, 20) i;
        INSERT INTO trails (account_id, position) SELECT id, 1000000 FROM accounts;
        INSERT INTO tokens (id, account_id, name, role, secret_hash, created_at, expires_at)
            SELECT gen_random_uuid(), a.id, 'token-' || i, 'Read', decode(md5(a.id::text || i), 'hex'), now(), now()
            FROM accounts a CROSS JOIN generate_series(1, 100) i;
        INSERT INTO templates (id, account_id, name, cloud, image, networks, firewall_enabled, metadata, tags, options, created_at)
            SELECT gen_random_uuid(), a.id, 'template-' || i, 'cloud-' || i % 3, 'image', '[]', false, '{}', '{}', '{}', now()
            FROM accounts a CROSS JOIN generate_series(1, 100) i;
        INSERT INTO groups (id, account_id, name, template_id, cloud, capacity_desired, capacity_min, capacity_max, interval_us, scale_in, brakes,
                suspended, phase, version, created_at, updated_at)
            SELECT gen_random_uuid(), t.account_id, t.name || '-group-' || i, t.id, t.cloud, 3, 0, 9, 60000000, 'Oldest', '{}', 0, 'Active', 1, now(), now()
            FROM templates t CROSS JOIN generate_series(1, 5) i;
        UPDATE groups SET layout = '{"placements":[]}' WHERE name LIKE '%-1';
        UPDATE groups SET is_steered = true, policies = '[]' WHERE name = 'template-7-group-2';
        INSERT INTO steering_states (group_id, evaluated_at, outcomes) SELECT id, now(), '[]' FROM groups;
        INSERT INTO pushed_readings (group_id, newest_at, pushed) SELECT id, now() - random() * interval '1 hour', '[]' FROM groups;
        INSERT INTO reading_chunks (group_id, resolution, metric, place, starts_at, readings)
            SELECT g.id, 'Raw', 'cpu', i, now() - i * interval '10 minutes', decode('01', 'hex') FROM groups g CROSS JOIN generate_series(0, 6) i;
        INSERT INTO group_revisions (group_id, revision, template_id, created_at)
            SELECT g.id, i, g.template_id, now() FROM groups g CROSS JOIN generate_series(1, 3) i;
        INSERT INTO group_states (group_id, fence, last_activity, condition, reason, running, provisioning, pending, dead, terminating, unknown,
                established_level, mass_failure, failures_in_row)
            SELECT id, 1, 2, 'Healthy', 'at its level', 3, 0, 0, 0, 0, 0, 3, false, 0 FROM groups;
        INSERT INTO launches (id, group_id, template_id, instance_name, phase, is_open, created_at, updated_at, attempts, reason)
            SELECT gen_random_uuid(), g.id, g.template_id, 'instance', 'Settled', i = 1, now(), now(), 1, 'missing' FROM groups g CROSS JOIN generate_series(1, 2) i;
        INSERT INTO activities (id, entry, position, account_id, group_id, type, status, description, author, count, first_at, last_at)
            SELECT gen_random_uuid(), i, row_number() OVER (PARTITION BY account_id), account_id, id, 'Launch', 'Succeeded', 'launched', 'muster', 1, now(), now()
            FROM groups CROSS JOIN generate_series(1, 2) i;
        """;

    private string? _connectionString;

    public async ValueTask InitializeAsync()
    {
        var server = await TestDatabases.ServerAsync();
        var name = await TestDatabases.CreateAsync(TestContext.Current.CancellationToken);
        _connectionString = server.ConnectionString(name);
        await server.ExecuteAsync(Fill, TestContext.Current.CancellationToken, name);
        await server.ExecuteAsync("ANALYZE", TestContext.Current.CancellationToken, name);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A connection to it.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
