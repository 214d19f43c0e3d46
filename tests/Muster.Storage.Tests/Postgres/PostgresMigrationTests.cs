using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Postgres.Testing;
using Muster.Storage.Postgres;
using Muster.Storage.Transfer;

using Npgsql;

namespace Muster.Storage.Tests.Postgres;

/// <summary>The schema comes once, whoever brings it and whatever breaks off meanwhile.</summary>
public sealed class PostgresMigrationTests
{
    private const string Waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE "
        + "'CREATE TABLE%templates%'";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_database_is_made_a_store_and_says_so()
    {
        var options = await EmptyAsync();

        Assert.Equal((null, "0016_pool"), await MigrateAsync(options));
        Assert.Equal(("0016_pool", "0016_pool"), await MigrateAsync(options));
    }

    [Fact]
    public async Task Many_servers_that_start_at_once_make_one_store()
    {
        var options = await EmptyAsync();

        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => OpenAsync(options), Cancellation)));

        Assert.Single(stores.Select(store => store.Installation).Distinct());
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_broke_off_in_the_middle_is_finished_by_the_next()
    {
        var server = await TestDatabases.ServerAsync();
        await using var proxy = new TcpProxy(server.Port);
        proxy.Start();
        var database = await server.CreateDatabaseAsync(template: null, Cancellation);
        var options = TestDatabases.Options(proxy.Url(database));
        options.Password = server.Password;
        var statements = 0;
        proxy.BreaksAnswer = bytes =>
        {
            if (Words.Has(bytes, "CREATE TABLE\0"u8.ToArray()) && ++statements == 8)
            {
                proxy.Refuse();
                return Task.FromResult(true);
            }

            return Task.FromResult(false);
        };
        await Assert.ThrowsAsync<StoreException>(() => PostgresStore.MigrateAsync(
            options, TestDatabases.Random, new HastyTime(factor: 50), Cancellation));
        Assert.Equal(0, await CountAsync(server, database, "SELECT count(*) FROM schema_versions"));
        proxy.BreaksAnswer = null;
        proxy.Restore();

        // As if its thirty seconds were over.
        await server.ExecuteAsync(
            "UPDATE meta SET updated_at = now() - interval '1 minute' WHERE key = 'migrating' AND value <> ''", Cancellation, database);
        await using var store = await OpenAsync(options);

        await store.PingAsync(Cancellation);
        Assert.Equal(16, await CountAsync(server, database, "SELECT count(*) FROM schema_versions"));
    }

    [Fact]
    public async Task Who_is_refused_in_the_middle_gives_the_turn_back()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await server.CreateDatabaseAsync(template: null, Cancellation);
        var options = TestDatabases.Options(server.SocketUrl(database));

        // Somebody's own view of that name, for which no index can be made.
        await server.ExecuteAsync("CREATE VIEW templates AS SELECT 1 AS id", Cancellation, database);
        var error = await Assert.ThrowsAsync<StoreException>(() => MigrateAsync(options));
        Assert.Contains("lacks something of muster's schema", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(server, database, "SELECT count(*) FROM meta WHERE key = 'migrating' AND value <> ''"));

        await server.ExecuteAsync("DROP VIEW templates", Cancellation, database);
        Assert.Equal((null, "0016_pool"), await MigrateAsync(options));
    }

    [Fact]
    public async Task Who_gives_up_leaves_no_statement_behind()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await server.CreateDatabaseAsync(template: null, Cancellation);
        await using var connection = new NpgsqlConnection(server.ConnectionString(database));
        await connection.OpenAsync(Cancellation);
        await using var other = await connection.BeginTransactionAsync(Cancellation);
        await using var inTheWay = new NpgsqlCommand("CREATE TABLE templates (id uuid)", connection, other);
        await inTheWay.ExecuteNonQueryAsync(Cancellation);
        using var giving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var migrating = PostgresStore.MigrateAsync(
            TestDatabases.Options(server.SocketUrl(database)), TestDatabases.Random, TimeProvider.System, giving.Token);
        await Patiently.UntilAsync(async () => await CountAsync(server, database, Waiting) > 0, "the migration waits for the table");
        await giving.CancelAsync();
        await server.ExecuteAsync("SELECT 1", Cancellation, database);
        Assert.False(migrating.IsCompleted);
        await other.RollbackAsync(Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Patiently.ForAsync(migrating, "the migration ends"));
        Assert.Equal(0, await CountAsync(server, database, "SELECT count(*) FROM meta WHERE key = 'migrating' AND value <> ''"));
        Assert.Equal(1, await CountAsync(server, database, "SELECT count(*) FROM pg_tables WHERE tablename = 'templates'"));
    }

    [Fact]
    public async Task Who_may_not_migrate_is_told_what_to_do()
    {
        var options = await EmptyAsync();
        options.Migrate = false;

        var error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(options));

        Assert.Equal(StoreErrorKind.Unusable, error.Kind);
        Assert.Contains("has no schema, this muster needs 0016_pool: run muster migrate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_cannot_hold_every_character_is_refused()
    {
        var server = await TestDatabases.ServerAsync();
        await server.ExecuteAsync(
            "CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'", Cancellation);

        var options = TestDatabases.Options(server.SocketUrl("ascii"));

        var error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(options));
        // `muster server --check` said that the file was good.
        var probed = await Assert.ThrowsAsync<StoreException>(
            () => PostgresStore.ProbeAsync(options, new SystemRandomSource(), TimeProvider.System, Cancellation));

        Assert.Equal(StoreErrorKind.Unusable, error.Kind);
        Assert.Contains("is encoded in SQL_ASCII, muster needs UTF8", error.Message, StringComparison.Ordinal);
        Assert.Equal((error.Kind, error.Message), (probed.Kind, probed.Message));
    }

    [Fact]
    public async Task A_newer_schema_is_left_as_it_is()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        await server.ExecuteAsync("INSERT INTO schema_versions (name) VALUES ('0099_future')", Cancellation, database);

        var error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(TestDatabases.Options(server.SocketUrl(database))));

        Assert.Equal(StoreErrorKind.Unusable, error.Kind);
        Assert.Contains("newer muster (schema 0099_future", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_of_before_members_share_what_is_remembered_of_instances_with_newer_ones()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        await using var store = await OpenAsync(TestDatabases.Options(server.SocketUrl(database)));
        var group = await AddGroupAsync(store);

        // As they write it, by their own columns.
        await server.ExecuteAsync(
            """UPDATE group_states SET booting = '[{"instance":"i-older","since_us":7}]'""", Cancellation, database);
        Member theirs = new()
        {
            Instance = new("i-older"),
            Phase = MemberPhase.Booting,
            Since = DateTimeOffset.UnixEpoch.AddMicroseconds(7),
        };
        Assert.Equal([theirs], (await store.FindGroupAsync(group.Id, Cancellation))!.State.Members);

        var lease = await store.TryAcquireLeaseAsync(group.Id, "a", 0, Some.Start, TimeSpan.FromMinutes(1), Cancellation);
        var record = Some.Check(group.Id, Some.Start);
        await store.RecordAndReleaseAsync(
            lease!, record with { State = record.State with { Members = [theirs with { Instance = new("i-newer") }] } }, Cancellation);

        // As they read it.
        const string AsRead = """SELECT count(*) FROM group_states WHERE booting = '[{"instance":"i-newer","since_us":7}]'""";
        Assert.Equal(1, await CountAsync(server, database, AsRead));
    }

    [Fact]
    public async Task Members_of_the_version_that_kept_them_in_a_column_of_their_own_are_taken_over()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        var options = TestDatabases.Options(server.SocketUrl(database));
        Group group;
        await using (var store = await OpenAsync(options))
        {
            group = await AddGroupAsync(store);
        }

        await server.ExecuteAsync(
            """
            UPDATE group_states SET booting = '[{"instance":"i-older","since_us":7}]', members = '[{"instance":"i-newer","since_us":8}]';
            DELETE FROM schema_versions WHERE name = '0008_booting'
            """,
            Cancellation,
            database);

        await using var again = await OpenAsync(options);

        Assert.Equal(
            [new() { Instance = new("i-newer"), Phase = MemberPhase.Booting, Since = DateTimeOffset.UnixEpoch.AddMicroseconds(8) }],
            (await again.FindGroupAsync(group.Id, Cancellation))!.State.Members);
    }

    [Fact]
    public async Task Groups_of_before_revisions_get_their_first_one()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        var options = TestDatabases.Options(server.SocketUrl(database));
        Group group;
        await using (var store = await OpenAsync(options))
        {
            group = await AddGroupAsync(store);
        }

        await server.ExecuteAsync(
            "DELETE FROM group_revisions; DELETE FROM schema_versions WHERE name = '0009_placements'", Cancellation, database);

        await using var again = await OpenAsync(options);

        Assert.Equal(
            [new(group.Id, 1, group.Template, Layout: null, group.CreatedAt, Author: null)],
            (await again.ListRevisionsAsync(group.Id, new(10), Cancellation)).Items);
    }

    /// <summary>A server from before revisions, beside newer ones, adds a group without one.</summary>
    [Fact]
    public async Task A_group_of_an_older_server_gets_its_first_revision_with_its_second()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        await using var store = await OpenAsync(TestDatabases.Options(server.SocketUrl(database)));
        var group = await AddGroupAsync(store);
        await server.ExecuteAsync("DELETE FROM group_revisions", Cancellation, database);
        Assert.Empty((await StoreTransfer.CheckAsync(store, Cancellation)).Findings);
        var some = new Some();
        var template = some.Template(group.Account, "elsewhere", "triton") with { Id = new(TestDatabases.Random.NextId()) };
        await store.AddTemplateAsync(template, Cancellation);

        await store.UpdateGroupAsync(
            group with { Template = template.Id, Revision = 2, Version = 2 },
            some.Activity(group) with { Id = new(TestDatabases.Random.NextId()) },
            Cancellation);

        Assert.Equal([2, 1], (await store.ListRevisionsAsync(group.Id, new(10), Cancellation)).Items.Select(revision => revision.Number));
        Assert.Equal("local", Assert.Single((await store.FindGroupAsync(group.Id, Cancellation))!.EarlierTemplates).Cloud);
    }

    [Fact]
    public async Task A_store_of_before_policies_opens_with_groups_that_have_none()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        var options = TestDatabases.Options(server.SocketUrl(database));
        Group group;
        await using (var store = await OpenAsync(options))
        {
            group = await AddGroupAsync(store);
        }

        await server.ExecuteAsync(
            """
            DROP TABLE steering_states; DROP TABLE reading_chunks; DROP TABLE pushed_readings; DROP INDEX groups_steered;
            ALTER TABLE groups DROP COLUMN policies, DROP COLUMN is_steered, DROP COLUMN held_until, DROP COLUMN scaled_by,
                DROP COLUMN scaled_for;
            DELETE FROM schema_versions WHERE name = '0011_steering'
            """,
            Cancellation,
            database);

        await using var again = await OpenAsync(options);

        Assert.Empty((await again.FindGroupAsync(group.Id, Cancellation))!.Policies);
        Assert.Empty(await again.ListSteeredAsync(Cancellation));
        await again.PutPolicyAsync(
            group.Id,
            SomePolicies.Named("alarm"),
            new Some().Activity(group) with { Id = new(TestDatabases.Random.NextId()) },
            Cancellation);
        Assert.Single(await again.ListSteeredAsync(Cancellation));
    }

    [Fact]
    public async Task A_store_of_before_health_opens_with_groups_of_which_nothing_is_said()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        var options = TestDatabases.Options(server.SocketUrl(database));
        Group group;
        await using (var store = await OpenAsync(options))
        {
            group = await AddGroupAsync(store);
        }

        await server.ExecuteAsync(
            """
            ALTER TABLE groups DROP COLUMN health, DROP COLUMN repair, DROP COLUMN notes;
            ALTER TABLE group_states DROP COLUMN unhealthy;
            DELETE FROM schema_versions WHERE name = '0012_health'
            """,
            Cancellation,
            database);

        await using var again = await OpenAsync(options);

        var found = (await again.FindGroupAsync(group.Id, Cancellation))!;
        Assert.Equal((null, new Repair()), (found.Group.Health, found.Group.Repair));
        Assert.Equal((0, 0), (found.Notes.Length, found.State.Counts.Unhealthy));
        Assert.Equal([Some.FullNote], await again.NoteAsync(group.Id, Some.SaysAll, activity: null, Cancellation));
        Assert.Equal([Some.FullNote], (await again.FindGroupAsync(group.Id, Cancellation))!.Notes);
    }

    [Fact]
    public async Task A_store_of_before_gates_opens_with_groups_that_have_none()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        var options = TestDatabases.Options(server.SocketUrl(database));
        Group group;
        await using (var store = await OpenAsync(options))
        {
            group = await AddGroupAsync(store);
        }

        await server.ExecuteAsync(
            """
            ALTER TABLE groups DROP COLUMN drain, DROP COLUMN hooks;
            ALTER TABLE group_states DROP COLUMN draining;
            DELETE FROM schema_versions WHERE name = '0013_gates'
            """,
            Cancellation,
            database);

        await using var again = await OpenAsync(options);

        var found = (await again.FindGroupAsync(group.Id, Cancellation))!;
        Assert.Equal((null, Hooks.None, 0), (found.Group.Drain, found.Group.Hooks, found.State.Counts.Draining));
        var changed = group with { Drain = Some.FullDrain, Hooks = Some.FullHooks, Version = 2 };
        await again.UpdateGroupAsync(
            changed, new Some().Activity(group) with { Id = new(TestDatabases.Random.NextId()) }, Cancellation);
        Assert.Equal(Some.FullHooks, (await again.FindGroupAsync(group.Id, Cancellation))!.Group.Hooks);
    }

    [Fact]
    public async Task A_store_of_before_lifetimes_opens_with_groups_whose_instances_live_as_long_as_they_last()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        var options = TestDatabases.Options(server.SocketUrl(database));
        Group group;
        await using (var store = await OpenAsync(options))
        {
            group = await AddGroupAsync(store);
        }

        await server.ExecuteAsync(
            "ALTER TABLE groups DROP COLUMN lifetime_max_us; DELETE FROM schema_versions WHERE name = '0015_lifetime'", Cancellation,
            database);

        await using var again = await OpenAsync(options);

        Assert.Null((await again.FindGroupAsync(group.Id, Cancellation))!.Group.LifetimeMax);
    }

    [Fact]
    public async Task A_store_of_before_pools_opens_with_groups_beside_which_nothing_rests()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        var options = TestDatabases.Options(server.SocketUrl(database));
        Group group;
        await using (var store = await OpenAsync(options))
        {
            group = await AddGroupAsync(store);
        }

        await server.ExecuteAsync(
            """
            ALTER TABLE groups DROP COLUMN pool;
            ALTER TABLE group_states DROP COLUMN warm, DROP COLUMN warming;
            DELETE FROM schema_versions WHERE name = '0016_pool'
            """,
            Cancellation,
            database);

        await using var again = await OpenAsync(options);

        var found = (await again.FindGroupAsync(group.Id, Cancellation))!;
        Assert.Null(found.Group.Pool);
        Assert.Equal((0, 0), (found.State.Counts.Warm, found.State.Counts.Warming));
        await again.UpdateGroupAsync(
            group with { Pool = Some.FullPool, Version = 2 },
            new Some().Activity(group) with { Id = new(TestDatabases.Random.NextId()) },
            Cancellation);
        Assert.Equal(Some.FullPool, (await again.FindGroupAsync(group.Id, Cancellation))!.Group.Pool);
    }

    /// <summary>Servers of the version before, beside newer ones, know no such columns: they leave them as they are.</summary>
    [Fact]
    public async Task What_a_server_of_before_health_edits_keeps_its_health_check_and_notes()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        await using var store = await OpenAsync(TestDatabases.Options(server.SocketUrl(database)));
        var group = await AddGroupAsync(store);
        group = group with { Health = Some.FullHealth, Repair = Some.FullRepair, Version = 2 };
        await store.UpdateGroupAsync(
            group, new Some().Activity(group) with { Id = new(TestDatabases.Random.NextId()) }, Cancellation);
        await store.NoteAsync(group.Id, Some.SaysAll, activity: null, Cancellation);

        await server.ExecuteAsync("UPDATE groups SET name = 'older', version = version + 1", Cancellation, database);

        var found = (await store.FindGroupAsync(group.Id, Cancellation))!;
        Assert.Equal(("older", Some.FullHealth, Some.FullRepair), (found.Group.Name, found.Group.Health, found.Group.Repair));
        Assert.Equal([Some.FullNote], found.Notes);
    }

    [Fact]
    public async Task A_user_without_the_right_to_change_the_schema_works_with_one_that_is_there()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        await server.ExecuteAsync(
            $"""
            CREATE ROLE worker_{database} LOGIN;
            GRANT USAGE ON SCHEMA public TO worker_{database};
            GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO worker_{database};
            """,
            Cancellation,
            database);
        var options = TestDatabases.Options(server.SocketUrl(database, $"worker_{database}"));

        await using var store = await OpenAsync(options);

        var group = await AddGroupAsync(store);
        var lease = await store.TryAcquireLeaseAsync(group.Id, "a", 0, Some.Start, TimeSpan.FromMinutes(1), Cancellation);
        await store.RecordAndReleaseAsync(lease!, Some.Check(group.Id, Some.Start), Cancellation);
        await store.SteerAsync([new(group.Id, SomePolicies.FullState, SomePolicies.Claims(7))], Cancellation);
        await store.NoteAsync(group.Id, Some.SaysAll, activity: null, Cancellation);
        await store.KeepReadingsAsync([SomePolicies.Chunk(group.Id)], Cancellation);
        Assert.Equal(1, await store.ForgetReadingsAsync(Some.Start.AddDays(1), Cancellation));
    }

    [Fact]
    public async Task A_user_without_that_right_is_told_so_where_there_is_no_schema()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await server.CreateDatabaseAsync(template: null, Cancellation);
        await server.ExecuteAsync($"CREATE ROLE stranger_{database} LOGIN", Cancellation);

        var error = await Assert.ThrowsAsync<StoreException>(
            () => OpenAsync(TestDatabases.Options(server.SocketUrl(database, $"stranger_{database}"))));

        Assert.Equal(StoreErrorKind.Unusable, error.Kind);
        Assert.Contains("permission denied for schema public", error.Message, StringComparison.Ordinal);
    }

    private static async Task<PostgresStoreOptions> EmptyAsync()
    {
        var server = await TestDatabases.ServerAsync();
        return TestDatabases.Options(server.SocketUrl(await server.CreateDatabaseAsync(template: null, Cancellation)));
    }

    private static Task<(string? From, string To)> MigrateAsync(PostgresStoreOptions options) =>
        PostgresStore.MigrateAsync(options, TestDatabases.Random, TimeProvider.System, Cancellation);

    private static Task<PostgresStore> OpenAsync(PostgresStoreOptions options) =>
        PostgresStore.OpenAsync(options, TestDatabases.Random, TimeProvider.System, Cancellation);

    private static async Task<Group> AddGroupAsync(PostgresStore store)
    {
        var some = new Some();
        var account = await store.EnsureAccountAsync(some.Account(), Cancellation);
        var template = some.Template(account.Id);
        await store.AddTemplateAsync(template, Cancellation);
        var group = some.Group(template);
        await store.AddGroupAsync(group, some.Activity(group), Cancellation);
        return group;
    }

    private static async Task<long> CountAsync(PostgresServer server, string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString(database));
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
