using System.Runtime.Versioning;
using System.Security.Cryptography;

using Microsoft.Data.Sqlite;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Storage.Sqlite;

namespace Muster.Storage.Tests.Sqlite;

[UnsupportedOSPlatform("windows")]
public sealed class SqliteOpeningTests : IDisposable
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _directory = new();
    private readonly Some _a = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Reopening_keeps_everything_and_the_installation_id()
    {
        var token = _a.Token(default);
        var launch = _a.Launch(_a.Group(_a.Template(default)));
        GroupRecord before;
        IReadOnlyList<Activity> trail;
        GroupLease lease;
        Core.InstallationId installation;
        await using (var store = await OpenAsync())
        {
            installation = store.Installation;
            var account = await store.EnsureAccountAsync(_a.Account(Account.DefaultName), Cancellation);
            token = token with { Account = account.Id };
            await store.AddTokenAsync(token, Cancellation);
            var template = _a.FullTemplate(account.Id);
            await store.AddTemplateAsync(template, Cancellation);
            var group = _a.FullGroup(template);
            await store.AddGroupAsync(group, _a.Activity(group), Cancellation);
            lease = (await store.TryAcquireLeaseAsync(group.Id, "server-1", 0, Some.Start, TimeSpan.FromMinutes(1), Cancellation))!;
            launch = launch with { Group = group.Id, Template = template.Id };
            var noOp = _a.NoOp(group, Some.Start);
            await store.RecordAsync(
                lease, new() { State = Some.FullState(group.Id, 1), Launches = [launch], Activities = [noOp] }, Cancellation);
            before = (await store.FindGroupAsync(group.Id, Cancellation))!;
            trail = (await store.ListActivitiesAsync(group.Id, new(10), Cancellation)).Items;
        }

        await using var again = await OpenAsync();

        Assert.Equal(installation, again.Installation);
        Same.As(token, (await again.FindTokenAsync(token.SecretHash, Cancellation))!);
        Same.As(
            before with { State = before.State with { Fence = lease.Fence + 1 } },
            (await again.FindGroupAsync(before.Group.Id, Cancellation))!);
        Same.AsEach(trail, (await again.ListActivitiesAsync(before.Group.Id, new(10), Cancellation)).Items);
        Assert.Equal(2, await again.LastPositionAsync(before.Group.Account, Cancellation));

        // The lease ended with the process that held it; the run of repeats and the positions go on where they were.
        var next = (await again.TryAcquireLeaseAsync(
            before.Group.Id, "server-2", lease.Fence + 1, Some.Start, TimeSpan.FromMinutes(1), Cancellation))!;
        var kept = await again.RecordAsync(
            next, Some.Check(before.Group.Id, Some.Start, _a.NoOp(before.Group, Some.Start)), Cancellation);
        Assert.Equal((2, 3L), (kept[0].Count, kept[0].Position));
    }

    [Fact]
    public async Task A_lease_that_a_dead_server_held_is_free_and_fenced_when_the_store_is_opened_again()
    {
        Group group;
        GroupLease dead;
        await using (var store = await OpenAsync())
        {
            var account = await store.EnsureAccountAsync(_a.Account(Account.DefaultName), Cancellation);
            var template = _a.Template(account.Id);
            await store.AddTemplateAsync(template, Cancellation);
            group = _a.Group(template);
            await store.AddGroupAsync(group, _a.Activity(group), Cancellation);
            dead = (await store.TryAcquireLeaseAsync(group.Id, "dead", 0, Some.Start, TimeSpan.FromHours(1), Cancellation))!;
        }

        await using var again = await OpenAsync();

        var fenced = await Assert.ThrowsAsync<StoreException>(
            () => again.RecordAsync(dead, Some.Check(group.Id, Some.Start), Cancellation));
        Assert.Equal(StoreErrorKind.Fenced, fenced.Kind);

        // A task elsewhere may have read the group under that lease: what it read is old.
        Assert.Empty(await again.RecordIdleAsync(
            [new() { State = new() { Group = group.Id, Fence = dead.Fence, CheckedAt = Some.Start.AddHours(2) } }],
            sweep: null,
            Cancellation));
        Assert.Null((await again.FindGroupAsync(group.Id, Cancellation))!.State.CheckedAt);
        Assert.Null(await again.TryAcquireLeaseAsync(group.Id, "late", dead.Fence, Some.Start, TimeSpan.FromHours(1), Cancellation));
        Assert.NotNull(await again.TryAcquireLeaseAsync(group.Id, "next", dead.Fence + 1, Some.Start, TimeSpan.FromHours(1), Cancellation));
    }

    [Fact]
    public async Task Two_stores_are_two_installations()
    {
        using var other = new TemporaryDirectory();
        await using var one = await OpenAsync();
        await using var two = await OpenAsync(other.Database);

        Assert.NotEqual(one.Installation, two.Installation);
    }

    [Fact]
    public async Task A_store_that_was_lost_is_made_anew_with_the_same_installation_id()
    {
        var path = _directory.File(Path.Combine("lost", "muster.db"));
        InstallationId before;
        await using (var store = await OpenAsync(path))
        {
            before = store.Installation;
        }

        File.Delete(path);
        await using var made = await OpenAsync(path);

        Assert.Equal(before, made.Installation);
    }

    [Fact]
    public async Task The_database_says_whose_it_is_whatever_stands_beside_it()
    {
        var path = _directory.File(Path.Combine("beside", "muster.db"));
        InstallationId before;
        await using (var store = await OpenAsync(path))
        {
            before = store.Installation;
        }

        var beside = Path.Combine(Path.GetDirectoryName(path)!, "installation");
        await File.WriteAllTextAsync(beside, "11111111-1111-4111-8111-111111111111", Cancellation);
        await using (var store = await OpenAsync(path))
        {
            Assert.Equal(before, store.Installation);
        }

        Assert.Equal($"{before}\n", await File.ReadAllTextAsync(beside, Cancellation));
        await File.WriteAllTextAsync(beside, "not an id", Cancellation);
        await using var again = await OpenAsync(path);
        Assert.Equal(before, again.Installation);
    }

    [Fact]
    public async Task A_new_store_is_for_its_owner_alone()
    {
        var path = _directory.File(Path.Combine("new", "deeper", "muster.db"));
        await using var store = await OpenAsync(path);
        await store.EnsureAccountAsync(_a.Account(), Cancellation);

        var inside = Path.GetDirectoryName(path)!;
        Assert.Equal(OwnerFile | UnixFileMode.UserExecute, File.GetUnixFileMode(inside));
        Assert.Equal(
            ["installation", "muster.db", "muster.db-shm", "muster.db-wal", "muster.lock"],
            Directory.GetFiles(inside).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(inside), file => Assert.Equal(OwnerFile, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task A_file_that_others_could_read_is_tightened()
    {
        await using (await OpenAsync())
        {
        }

        File.SetUnixFileMode(_directory.Database, OwnerFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await using var store = await OpenAsync();

        Assert.Equal(OwnerFile, File.GetUnixFileMode(_directory.Database));
        Assert.Equal(OwnerFile, File.GetUnixFileMode(_directory.Database + "-wal"));
    }

    [Fact]
    public async Task A_second_store_in_the_same_directory_is_refused_until_the_first_is_closed()
    {
        var first = await OpenAsync();

        var error = await RefusedAsync(_directory.Database);
        await RefusedAsync(_directory.File("other.db"));
        await first.DisposeAsync();

        Assert.Contains("another muster is at work", error.Message, StringComparison.Ordinal);
        await using var second = await OpenAsync();
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_with_advice_and_left_as_it_is()
    {
        await File.WriteAllTextAsync(_directory.Database, string.Concat(Enumerable.Repeat("this is no database\n", 1000)), Cancellation);

        await EnsureLeftAloneAsync("is damaged", "backup");
    }

    [Fact]
    public async Task Another_programs_database_is_refused_and_left_as_it_is()
    {
        Execute("CREATE TABLE recipes (name TEXT)");

        await EnsureLeftAloneAsync("another program");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.6)]
    public async Task A_damaged_database_is_refused_with_advice_and_left_as_it_is(double where)
    {
        await FillAsync();
        await using (var file = File.OpenWrite(_directory.Database))
        {
            file.Position = (long)(file.Length * where);
            await file.WriteAsync(RandomNumberGenerator.GetBytes((int)(file.Length / 5)), Cancellation);
        }

        await EnsureLeftAloneAsync("is damaged", "backup");
    }

    [Fact]
    public async Task A_database_that_was_cut_short_is_refused_with_advice_and_left_as_it_is()
    {
        await FillAsync();
        await using (var file = File.OpenWrite(_directory.Database))
        {
            file.SetLength(file.Length / 2);
        }

        await EnsureLeftAloneAsync("is damaged", "backup");
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_advice_and_left_as_it_is()
    {
        await FillAsync();
        Execute("INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('9999_from_the_future.sql', '2040-01-01')");

        await EnsureLeftAloneAsync("newer Muster", "9999_from_the_future.sql");
    }

    [Fact]
    public async Task Members_of_the_version_that_renamed_their_column_are_taken_over()
    {
        await FillAsync();
        Execute("ALTER TABLE group_states RENAME COLUMN booting TO members");
        Execute("DELETE FROM SchemaVersions WHERE ScriptName = '0009_booting.sql'");
        Execute("""UPDATE group_states SET members = '[{"instance":"i-1","since_us":7}]'""");

        await using var store = await OpenAsync();

        var account = await store.FindAccountAsync(Account.DefaultName, Cancellation);
        var groups = await store.ListGroupsAsync(account!.Id, new(1), includeArchived: false, Cancellation);
        Assert.Equal(
            [new() { Instance = new("i-1"), Phase = MemberPhase.Booting, Since = DateTimeOffset.UnixEpoch.AddMicroseconds(7) }],
            Assert.Single(groups.Items).State.Members);
    }

    [Fact]
    public async Task Groups_of_before_revisions_get_their_first_one()
    {
        await FillAsync();
        Execute(
            """
            DROP TABLE group_revisions; DROP INDEX groups_living_spread; ALTER TABLE groups DROP COLUMN layout;
            ALTER TABLE groups DROP COLUMN revision; ALTER TABLE groups DROP COLUMN evacuations;
            ALTER TABLE group_states DROP COLUMN moves; ALTER TABLE launches DROP COLUMN placement;
            DELETE FROM SchemaVersions WHERE ScriptName = '0010_placements.sql'
            """);

        await using var store = await OpenAsync();

        var account = await store.FindAccountAsync(Account.DefaultName, Cancellation);
        var groups = await store.ListGroupsAsync(account!.Id, new(100), includeArchived: true, Cancellation);
        Assert.NotEmpty(groups.Items);
        foreach (var group in groups.Items.Select(record => record.Group))
        {
            Assert.Equal((1, null), (group.Revision, group.Layout));
            var revisions = await store.ListRevisionsAsync(group.Id, new(100), Cancellation);
            Assert.Equal([new(group.Id, 1, group.Template, Layout: null, group.CreatedAt, Author: null)], revisions.Items);
        }
    }

    [Fact]
    public async Task A_store_of_before_policies_opens_with_groups_that_have_none()
    {
        await FillAsync();
        Execute(
            """
            DROP TABLE steering_states; DROP TABLE reading_chunks; DROP TABLE pushed_readings; DROP INDEX groups_steered;
            ALTER TABLE groups DROP COLUMN policies; ALTER TABLE groups DROP COLUMN is_steered;
            ALTER TABLE groups DROP COLUMN held_until; ALTER TABLE groups DROP COLUMN scaled_by;
            ALTER TABLE groups DROP COLUMN scaled_for;
            DELETE FROM SchemaVersions WHERE ScriptName = '0012_steering.sql'
            """);

        await using var store = await OpenAsync();

        var account = await store.FindAccountAsync(Account.DefaultName, Cancellation);
        var groups = await store.ListGroupsAsync(account!.Id, new(1), includeArchived: false, Cancellation);
        var group = Assert.Single(groups.Items);
        Assert.Equal((0, null, null), (group.Policies.Length, group.Group.HeldUntil, group.Group.ScaledBy));
        Assert.Empty(await store.ListSteeredAsync(Cancellation));
        await store.PutPolicyAsync(group.Group.Id, SomePolicies.Named("alarm"), _a.Activity(group.Group), Cancellation);
        await store.SteerAsync([new(group.Group.Id, SomePolicies.FullState)], Cancellation);
        Assert.Equal(SomePolicies.FullState, await store.FindSteeringAsync(group.Group.Id, Cancellation));
    }

    [Fact]
    public async Task A_store_of_before_health_opens_with_groups_of_which_nothing_is_said()
    {
        await FillAsync();
        Execute(
            """
            ALTER TABLE groups DROP COLUMN health; ALTER TABLE groups DROP COLUMN repair; ALTER TABLE groups DROP COLUMN notes;
            ALTER TABLE group_states DROP COLUMN unhealthy;
            DELETE FROM SchemaVersions WHERE ScriptName = '0013_health.sql'
            """);

        await using var store = await OpenAsync();

        var account = await store.FindAccountAsync(Account.DefaultName, Cancellation);
        var found = Assert.Single((await store.ListGroupsAsync(account!.Id, new(1), includeArchived: false, Cancellation)).Items);
        Assert.Equal((null, new Repair()), (found.Group.Health, found.Group.Repair));
        Assert.Equal((0, 0), (found.Notes.Length, found.State.Counts.Unhealthy));
        await store.NoteAsync(found.Group.Id, Some.SaysAll, activity: null, Cancellation);
        Assert.Equal([Some.FullNote], (await store.FindGroupAsync(found.Group.Id, Cancellation))!.Notes);
    }

    [Fact]
    public async Task A_store_of_before_gates_opens_with_groups_that_have_none()
    {
        await FillAsync();
        Execute(
            """
            ALTER TABLE groups DROP COLUMN drain; ALTER TABLE groups DROP COLUMN hooks;
            ALTER TABLE group_states DROP COLUMN draining;
            DELETE FROM SchemaVersions WHERE ScriptName = '0014_gates.sql'
            """);

        await using var store = await OpenAsync();

        var account = await store.FindAccountAsync(Account.DefaultName, Cancellation);
        var found = Assert.Single((await store.ListGroupsAsync(account!.Id, new(1), includeArchived: false, Cancellation)).Items);
        Assert.Equal((null, Hooks.None, 0), (found.Group.Drain, found.Group.Hooks, found.State.Counts.Draining));
    }

    [Fact]
    public async Task A_store_of_before_lifetimes_opens_with_groups_whose_instances_live_as_long_as_they_last()
    {
        await FillAsync();
        Execute("ALTER TABLE groups DROP COLUMN lifetime_max_us; DELETE FROM SchemaVersions WHERE ScriptName = '0016_lifetime.sql'");

        await using var store = await OpenAsync();

        var account = await store.FindAccountAsync(Account.DefaultName, Cancellation);
        var found = Assert.Single((await store.ListGroupsAsync(account!.Id, new(1), includeArchived: false, Cancellation)).Items);
        Assert.Null(found.Group.LifetimeMax);
    }

    [Fact]
    public async Task A_store_of_before_pools_opens_with_groups_beside_which_nothing_rests()
    {
        await FillAsync();
        Execute(
            """
            ALTER TABLE groups DROP COLUMN pool;
            ALTER TABLE group_states DROP COLUMN warm; ALTER TABLE group_states DROP COLUMN warming;
            DELETE FROM SchemaVersions WHERE ScriptName = '0017_pool.sql'
            """);

        await using var store = await OpenAsync();

        var account = await store.FindAccountAsync(Account.DefaultName, Cancellation);
        var found = Assert.Single((await store.ListGroupsAsync(account!.Id, new(1), includeArchived: false, Cancellation)).Items);
        Assert.Null(found.Group.Pool);
        Assert.Equal((0, 0), (found.State.Counts.Warm, found.State.Counts.Warming));
    }

    [Fact]
    public async Task A_store_without_its_installation_id_is_damaged_when_the_id_is_no_id()
    {
        await FillAsync();
        Execute("UPDATE meta SET value = 'nonsense' WHERE key = 'installation_id'");

        await EnsureLeftAloneAsync("installation id");
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_named()
    {
        await File.WriteAllTextAsync(_directory.File("file"), "in the way", Cancellation);

        var error = await RefusedAsync(_directory.File(Path.Combine("file", "muster.db")));

        Assert.Contains(_directory.File("file"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_named()
    {
        // Root may write everywhere but where the kernel itself says no.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has /proc");

        var error = await RefusedAsync("/proc/muster.db");

        Assert.Contains("/proc", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_a_directory_is_named()
    {
        Directory.CreateDirectory(_directory.Database);

        var error = await RefusedAsync(_directory.Database);

        Assert.Contains(_directory.Database, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_lets_go_of_the_directory()
    {
        await File.WriteAllTextAsync(_directory.Database, new string('x', 10_000), Cancellation);
        await RefusedAsync(_directory.Database);

        File.Delete(_directory.Database);
        await using var store = await OpenAsync();
    }

    [Fact]
    public async Task An_empty_file_becomes_a_store()
    {
        await File.WriteAllBytesAsync(_directory.Database, [], Cancellation);

        await using var store = await OpenAsync();
        await store.PingAsync(Cancellation);
    }

    [Fact]
    public async Task A_closed_store_says_that_it_is_closed()
    {
        var store = await OpenAsync();
        await store.DisposeAsync();
        await store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.PingAsync(Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.EnsureAccountAsync(_a.Account(), Cancellation));
    }

    private async Task<SqliteStore> OpenAsync(string? path = null) => await SqliteStore.OpenAsync(
        new SqliteStoreOptions { Path = path ?? _directory.Database }, TemporaryDirectory.Random, TimeProvider.System, Cancellation);

    private async Task<StoreException> RefusedAsync(string path)
    {
        var error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(path));
        Assert.Equal(StoreErrorKind.Unusable, error.Kind);
        return error;
    }

    private async Task EnsureLeftAloneAsync(params string[] words)
    {
        var before = await File.ReadAllBytesAsync(_directory.Database, Cancellation);

        var error = await RefusedAsync(_directory.Database);

        Assert.Contains(_directory.Database, error.Message, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
        Assert.Equal(before, await File.ReadAllBytesAsync(_directory.Database, Cancellation));
    }

    /// <summary>A store with enough in it to have pages of every kind.</summary>
    private async Task FillAsync()
    {
        await using var store = await OpenAsync();
        var account = await store.EnsureAccountAsync(_a.Account(Account.DefaultName), Cancellation);
        var template = _a.FullTemplate(account.Id);
        await store.AddTemplateAsync(template, Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ =>
        {
            var group = _a.FullGroup(template);
            return store.AddGroupAsync(group, _a.FullActivity(group), Cancellation);
        }));
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_directory.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
