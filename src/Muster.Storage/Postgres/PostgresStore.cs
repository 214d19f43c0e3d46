using System.Collections.Immutable;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Members;
using Muster.Core.Metrics;
using Muster.Core.Prices;
using Muster.Core.Reconciling;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Storage.Postgres.Lanes;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Postgres.Tables;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Transfer;

namespace Muster.Storage.Postgres;

/// <summary>The store that servers share: PostgreSQL, or CockroachDB, which speaks the same SQL.</summary>
/// <remarks>
/// Every transaction is serializable. What meets another, or breaks off, is made again for about ten seconds; a write is never made
/// twice (<see cref="Database"/>). Writes to a trail go by its account's <see cref="Lane"/>.
/// </remarks>
public sealed class PostgresStore : IStore, IStoreContents
{
    /// <summary>An index of a large table takes its time, and so does reading all of one.</summary>
    private static readonly TimeSpan WholeTableTimeout = TimeSpan.FromMinutes(30);

    private readonly Database _database;
    private readonly Func<Database> _openForWholeTables;
    private readonly LaneSet _lanes;

    private PostgresStore(Database database, Func<Database> openForWholeTables, InstallationId installation, IRandomSource random)
    {
        _database = database;
        _openForWholeTables = openForWholeTables;
        _lanes = new LaneSet(database, random);
        Installation = installation;
    }

    /// <inheritdoc/>
    public InstallationId Installation { get; }

    /// <inheritdoc/>
    public StoreFacts Facts { get; } = new("postgres", Schema.Newest);

    /// <summary>Opens the store, made or brought to this version's schema when the options allow it.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="random">Gives ids and jitter.</param>
    /// <param name="timeProvider">Measures waits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Unusable"/>: refused, of a newer schema, or of an older one that the options leave as it is;
    /// <see cref="StoreErrorKind.Unavailable"/>: it does not answer. The message says where and what to do.
    /// </exception>
    public static async Task<PostgresStore> OpenAsync(
        PostgresStoreOptions options, IRandomSource random, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var database = OpenDatabase(options, options.StatementTimeout, random, timeProvider);
        try
        {
            var applied = await new Schema(database).ListAsync(cancellationToken);
            if (!Schema.IsNewest(applied))
            {
                EnsureMayMigrate(options, applied, database);
                await MigrateAsync(options, random, timeProvider, cancellationToken);
            }

            if (!options.ForImport)
            {
                await ContentsTable.EnsureWholeAsync(database, cancellationToken);
            }

            return new(
                database,
                () => OpenDatabase(options, WholeTableTimeout, random, timeProvider),
                await MetaTable.GetInstallationAsync(database, cancellationToken),
                random);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Whether it could be opened: it answers, takes the credential, and its schema is this version's or may become it. Changes nothing.
    /// </summary>
    /// <exception cref="StoreException">As <see cref="OpenAsync"/>.</exception>
    public static async Task ProbeAsync(
        PostgresStoreOptions options, IRandomSource random, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        await using var database = OpenDatabase(options, options.StatementTimeout, random, timeProvider);
        var applied = await new Schema(database).ListAsync(cancellationToken);
        if (!Schema.IsNewest(applied))
        {
            EnsureMayMigrate(options, applied, database);
            await new Migration(database, random, timeProvider).EnsureUnicodeAsync(cancellationToken);
        }
    }

    /// <summary>Makes the schema or brings it to this version's; one at a time among all who share the database.</summary>
    /// <returns>The newest migration before, null in an empty database; and after.</returns>
    /// <exception cref="StoreException">
    /// As <see cref="OpenAsync"/>; also <see cref="StoreErrorKind.Unusable"/> when the user may not.
    /// </exception>
    public static async Task<(string? From, string To)> MigrateAsync(
        PostgresStoreOptions options, IRandomSource random, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        await using var database = OpenDatabase(options, WholeTableTimeout, random, timeProvider);
        return (await new Migration(database, random, timeProvider).RunAsync(cancellationToken), Schema.Newest);
    }

    /// <inheritdoc/>
    public Task PingAsync(CancellationToken cancellationToken) => _database.PingAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken) => ReadAsync(MetaTable.ReadTimeAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<Account> EnsureAccountAsync(Account account, CancellationToken cancellationToken) =>
        WriteAsync(session => AccountTable.EnsureAsync(session, account), cancellationToken);

    /// <inheritdoc/>
    public Task<Account?> FindAccountAsync(string name, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => AccountTable.FindAsync(session, name, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Account?> FindAccountAsync(AccountId account, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => AccountTable.FindAsync(session, account, token), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Account>> ListAccountsAsync(CancellationToken cancellationToken) =>
        ReadAsync(AccountTable.ListAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableDictionary<AccountId, decimal>> SumSpendAsync(CancellationToken cancellationToken) =>
        ReadAsync(AccountTable.SumSpendAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<Account> ChangeAccountAsync(AccountId account, AccountEdit edit, CancellationToken cancellationToken) =>
        WriteAsync(session => AccountTable.ChangeAsync(session, account, edit), cancellationToken);

    /// <inheritdoc/>
    public Task<User> EnsureUserAsync(User user, CancellationToken cancellationToken) =>
        WriteAsync(session => UserTable.EnsureAsync(session, user), cancellationToken);

    /// <inheritdoc/>
    public Task AddCredentialAsync(AccountCredential credential, CredentialId? replaced, CancellationToken cancellationToken) =>
        WriteAsync(session => KeyTable.AddAsync(session, credential, replaced), cancellationToken);

    /// <inheritdoc/>
    public Task<AccountCredential?> FindCredentialAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => KeyTable.FindAsync(session, account, name, token), cancellationToken);

    /// <inheritdoc/>
    public Task<AccountCredential> ConfirmCredentialAsync(
        CredentialId credential, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(session => KeyTable.ConfirmAsync(session, credential, now), cancellationToken);

    /// <inheritdoc/>
    public Task AddTokenAsync(Token token, CancellationToken cancellationToken) =>
        WriteAsync(session => TokenTable.AddAsync(session, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Token?> FindTokenAsync(ImmutableArray<byte> secretHash, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => TokenTable.FindAsync(session, secretHash, token), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Token>> ListTokensAsync(AccountId account, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => TokenTable.ListAsync(session, account, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Token> RevokeTokenAsync(AccountId account, TokenId token, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(session => TokenTable.RevokeAsync(session, account, token, now), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> AddTemplateAsync(Template template, CancellationToken cancellationToken) =>
        WriteAsync(session => TemplateTable.AddAsync(session, template), cancellationToken);

    /// <inheritdoc/>
    public Task<Template?> FindTemplateAsync(TemplateId template, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => TemplateTable.FindAsync(session, template, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Template?> FindTemplateAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => TemplateTable.FindAsync(session, account, name, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Template>> ListTemplatesAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => TemplateTable.ListAsync(session, account, page, includeArchived, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Template> ArchiveTemplateAsync(TemplateId template, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(session => TemplateTable.ArchiveAsync(session, template, now), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> AddGroupAsync(Group group, Activity activity, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return !(await _lanes.WriteAsync(group.Account, new AddGroupWrite(group, activity, cancellationToken), cancellationToken)).IsEmpty;
    }

    /// <inheritdoc/>
    public Task<GroupRecord?> FindGroupAsync(GroupId group, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => GroupTable.FindAsync(session, group, token), cancellationToken);

    /// <inheritdoc/>
    public Task<GroupRecord?> FindGroupAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => GroupTable.FindAsync(session, account, name, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<GroupRecord>> ListGroupsAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => GroupTable.ListAsync(session, account, page, includeArchived, token), cancellationToken);

    /// <inheritdoc/>
    public async Task UpdateGroupAsync(Group changed, Activity activity, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _lanes.WriteAsync(changed.Account, new UpdateGroupWrite(changed, activity, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task UpdateGroupAsync(
        Group changed, Activity activity, ImmutableArray<NoteChange> notes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var write = new UpdateGroupWrite(changed, activity, cancellationToken) { Said = NoteRule.AsKept(changed, notes) };
        await _lanes.WriteAsync(changed.Account, write, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task UpdateGroupAsync(Group changed, Activity activity, MemberChange member, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var write = new UpdateGroupWrite(changed, activity, cancellationToken)
        {
            Said = NoteRule.AsKept(changed, member),
            Told = member.Activity,
        };
        await _lanes.WriteAsync(changed.Account, write, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Page<GroupRevision>> ListRevisionsAsync(GroupId group, PageRequest page, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => RevisionTable.ListAsync(session, group, page, token), cancellationToken);

    /// <inheritdoc/>
    public Task<GroupRevision?> FindRevisionAsync(GroupId group, int revision, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => RevisionTable.FindAsync(session, group, revision, token), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<SweepShare>> ListSweepsAsync(CancellationToken cancellationToken) =>
        ReadAsync(SweepQueries.ListAsync, cancellationToken);

    /// <inheritdoc/>
    public Task KeepCheckAsync(CheckRun run, CancellationToken cancellationToken) =>
        WriteAsync(session => CheckTable.KeepAsync(session, run), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CheckRun>> ListChecksAsync(GroupId group, int limit, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => CheckTable.ListAsync(session, group, limit, token), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<GroupRecord>> LoadSweepAsync(SweepKey sweep, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => SweepQueries.LoadAsync(session, sweep, token), cancellationToken);

    /// <inheritdoc/>
    public Task<GroupLease?> TryAcquireLeaseAsync(
        GroupId group, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        WriteAsync(
            session => LeaseTable.TryAcquireAsync(session, group, holder, expectedFence, now, duration), cancellationToken);

    /// <inheritdoc/>
    public Task<GroupLease> RenewLeaseAsync(
        GroupLease lease, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        WriteAsync(session => LeaseTable.RenewAsync(session, lease, now, duration), cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseLeaseAsync(GroupLease lease, CancellationToken cancellationToken) =>
        WriteAsync(session => LeaseTable.ReleaseAsync(session, lease), cancellationToken);

    /// <inheritdoc/>
    public Task<SpendGrant?> ReserveSpendAsync(GroupLease lease, decimal held, decimal wanted, CancellationToken cancellationToken) =>
        WriteAsync(session => SpendTable.ReserveAsync(session, lease, held, wanted), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordAsync(GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        RecordAsync(lease, record, release: false, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordAndReleaseAsync(
        GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        RecordAsync(lease, record, release: true, cancellationToken);

    /// <inheritdoc/>
    public async Task<ImmutableArray<Activity>> RecordIdleAsync(
        ImmutableArray<CheckRecord> records, SweepLease? sweep, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var record in records)
        {
            record.EnsureOneGroup(record.State.Group);
        }

        var account = sweep?.Sweep.Account ?? await FindOwnerAsync(records, cancellationToken);
        return account is { } owner
            ? await _lanes.WriteAsync(owner, new IdleWrite(records, sweep, cancellationToken), cancellationToken)
            : [];
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<ServerRecord>> ReportServerAsync(ServerRecord server, CancellationToken cancellationToken) =>
        WriteAsync(session => ServerTable.ReportAsync(session, server), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ServerRecord>> ListServersAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => ServerTable.ListAsync(session, now, token), cancellationToken);

    /// <inheritdoc/>
    public Task RetireServerAsync(string holder, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(session => ServerTable.RetireAsync(session, holder, now), cancellationToken);

    /// <inheritdoc/>
    public Task<SweepLease?> TryAcquireSweepAsync(
        SweepKey sweep, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        WriteAsync(
            session => SweepTable.TryAcquireAsync(session, sweep, holder, expectedFence, now, duration), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<SweepLease>> RenewSweepsAsync(
        ImmutableArray<SweepLease> leases, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        WriteAsync(session => SweepTable.RenewAsync(session, leases, now, duration), cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseSweepsAsync(ImmutableArray<SweepLease> leases, CancellationToken cancellationToken) =>
        WriteAsync(session => SweepTable.ReleaseAsync(session, leases), cancellationToken);

    /// <inheritdoc/>
    public async Task<ImmutableArray<Activity>> AppendAsync(
        AccountId account, ImmutableArray<Activity> activities, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return activities.IsEmpty
            ? []
            : await _lanes.WriteAsync(account, new AppendWrite(activities, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Page<Activity>> ListActivitiesAsync(GroupId group, PageRequest page, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => ActivityTable.ListAsync(session, group, page, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Activity?> FirstActivityAsync(GroupId group, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => ActivityTable.FirstAsync(session, group, token), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> ReadActivitiesAsync(
        AccountId account, long afterPosition, int limit, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => ActivityTable.ReadAfterAsync(session, account, afterPosition, limit, token), cancellationToken);

    /// <inheritdoc/>
    public Task<long> LastPositionAsync(AccountId account, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => ActivityTable.LastPositionAsync(session, account, token), cancellationToken);

    /// <inheritdoc/>
    public Task<PauseState> ReadPauseAsync(CancellationToken cancellationToken) => ReadAsync(PauseTable.ReadAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<PauseState> ChangePauseAsync(Func<PauseState, PauseState> change, CancellationToken cancellationToken) =>
        WriteAsync(session => PauseTable.ChangeAsync(session, change), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ReportKey>> ReadReportKeysAsync(CancellationToken cancellationToken) =>
        ReadAsync(ReportKeyTable.ReadAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ReportKey>> ChangeReportKeysAsync(
        Func<ImmutableArray<ReportKey>, ImmutableArray<ReportKey>> change, CancellationToken cancellationToken) =>
        WriteAsync(session => ReportKeyTable.ChangeAsync(session, change), cancellationToken);

    /// <inheritdoc/>
    public Task PutClaimAsync(GroupId group, Claim claim, CancellationToken cancellationToken) =>
        WriteAsync(session => GroupTable.PutClaimAsync(session, group, claim), cancellationToken);

    /// <inheritdoc/>
    public Task EndClaimAsync(GroupId group, string source, CancellationToken cancellationToken) =>
        WriteAsync(session => GroupTable.EndClaimAsync(session, group, source), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>What a source of health finds is told to nobody and keeps nobody from its end: that goes by no lane.</remarks>
    public async Task<ImmutableArray<MemberNote>> NoteAsync(
        GroupId group, ImmutableArray<NoteChange> changes, Activity? activity, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        NoteRule.EnsureOf(group, activity);
        var said = NoteRule.AsKept(changes);
        if (activity is null && !NoteRule.StandsOnState(said))
        {
            return await WriteAsync(session => NoteTable.NoteAsync(session, group, said), cancellationToken);
        }

        var owner = await _lanes.FindOwnerAsync(group, cancellationToken) ?? throw Refusal.NotFound("living group", group);
        var write = new NoteWrite(group, said, activity, cancellationToken);
        await _lanes.WriteAsync(owner, write, cancellationToken);
        return write.Notes;
    }

    /// <inheritdoc/>
    public Task PutPolicyAsync(GroupId group, Policy policy, Activity activity, CancellationToken cancellationToken) =>
        ChangePoliciesAsync(group, kept => PoliciesRule.Put(group, kept, policy), activity, cancellationToken);

    /// <inheritdoc/>
    public Task RemovePolicyAsync(GroupId group, string name, Activity activity, CancellationToken cancellationToken) =>
        ChangePoliciesAsync(group, kept => PoliciesRule.Remove(group, kept, name), activity, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<SteeredGroup>> ListSteeredAsync(CancellationToken cancellationToken) =>
        ReadAsync(SteeringTable.ListAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<SteeringState> FindSteeringAsync(GroupId group, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => SteeringTable.FindAsync(session, group, token), cancellationToken);

    /// <inheritdoc/>
    public Task TellAsync(GroupId group, string policy, ReceivedWord word, CancellationToken cancellationToken) =>
        WriteAsync(session => SteeringTable.TellAsync(session, group, policy, word), cancellationToken);

    /// <inheritdoc/>
    public async Task PushReadingsAsync(
        GroupId group, ImmutableArray<PushedReading> pushed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var kept = ToldRule.AsKept(pushed);
        await WriteAsync(session => PushedTable.PushAsync(session, group, kept, now), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<PushedReading>> FindPushedAsync(GroupId group, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => PushedTable.OfAsync(session, group, token), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// Most records of a round have a state and nothing else: these are one statement, whosever groups they are. What is claimed or told
    /// goes by its account's lane.
    /// </remarks>
    public async Task<ImmutableArray<Activity>> SteerAsync(
        ImmutableArray<SteeringRecord> records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var silent = new List<(GroupId Group, SteeringState State, SteeringBasis? Basis)>();
        var heard = new List<SteeringRecord>();
        foreach (var record in SteeringRule.AsKept(records))
        {
            if (record is { Claim: null, Activity: null })
            {
                silent.Add((record.Group, record.State, record.Basis));
            }
            else
            {
                heard.Add(record);
            }
        }

        var owners = await _lanes.FindOwnersAsync([.. heard.Select(record => record.Group)], cancellationToken);
        var writes = heard
            .Where(record => owners.ContainsKey(record.Group))
            .GroupBy(record => owners[record.Group])
            .Select(each => _lanes.WriteAsync(each.Key, new SteerWrite([.. each], cancellationToken), cancellationToken))
            .ToList();
        var writing = silent.Count > 0
            ? _lanes.WriteLargeAsync(session => session.WriteAsync(SteeringTable.Put(silent)), cancellationToken)
            : Task.CompletedTask;

        // All of it is heard to its end, also where a part fails.
        await Task.WhenAll([writing, .. writes]);
        return [.. (await Task.WhenAll(writes)).SelectMany(kept => kept)];
    }

    /// <inheritdoc/>
    public async Task KeepReadingsAsync(ImmutableArray<ReadingChunk> chunks, CancellationToken cancellationToken)
    {
        var kept = ReadingRule.AsKept(chunks);
        cancellationToken.ThrowIfCancellationRequested();
        if (!kept.IsEmpty)
        {
            await _lanes.WriteLargeAsync(session => ReadingTable.KeepAsync(session, kept), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<ReadingChunk>> FindReadingsAsync(
        GroupId group, string? metric, Resolution resolution, DateTimeOffset since, CancellationToken cancellationToken) =>
        ReadAsync(
            (session, token) => ReadingTable.FindAsync(session, group, metric, resolution, since, token), cancellationToken);

    /// <inheritdoc/>
    public async Task<int> ForgetReadingsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        _ = await WriteAsync(session => PushedTable.ForgetBeforeAsync(session, now), cancellationToken);
        var forgotten = 0;
        foreach (var resolution in ReadingRule.Resolutions)
        {
            forgotten += await WriteAsync(session => ReadingTable.ForgetOlderAsync(session, resolution, now), cancellationToken);
            forgotten += await WriteAsync(session => ReadingTable.ForgetNewerAsync(session, resolution, now), cancellationToken);
        }

        return forgotten;
    }

    /// <inheritdoc/>
    public Task<ImmutableHashSet<LaunchId>> FindLaunchesAsync(ImmutableArray<LaunchId> launches, CancellationToken cancellationToken) =>
        ReadAsync((session, token) => PauseTable.FindLaunchesAsync(session, launches, token), cancellationToken);

    /// <summary>Finishes what is queued and in flight, then closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lanes.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static Database OpenDatabase(
        PostgresStoreOptions options, TimeSpan statementTimeout, IRandomSource random, TimeProvider timeProvider) =>
        new(Connections.Open(options, statementTimeout), options.Url.ToString(), random, timeProvider);

    private static void EnsureMayMigrate(PostgresStoreOptions options, ImmutableArray<string> applied, Database database)
    {
        if (!options.Migrate)
        {
            throw new StoreException(
                StoreErrorKind.Unusable,
                $"{database.Where} has {(applied.IsEmpty ? "no schema" : $"schema {applied[^1]}")}, "
                + $"this muster needs {Schema.Newest}: run muster migrate");
        }
    }

    async Task IStoreContents.ReadContentsAsync(Action<StoreTable, Row> each, CancellationToken cancellationToken)
    {
        await using var patient = _openForWholeTables();
        await ContentsTable.ReadAsync(patient, each, cancellationToken);
    }

    Task<bool> IStoreContents.IsEmptyAsync(CancellationToken cancellationToken) => ContentsTable.IsEmptyAsync(_database, cancellationToken);

    async Task IStoreContents.WriteContentsAsync(
        InstallationId installation, string mark, IEnumerable<StoreRow> rows, CancellationToken cancellationToken)
    {
        await using var patient = _openForWholeTables();
        await ContentsTable.WriteAsync(patient, installation, mark, rows, cancellationToken);
    }

    Task IStoreContents.FinishContentsAsync(string mark, CancellationToken cancellationToken) =>
        ContentsTable.FinishAsync(_database, mark, cancellationToken);

    private async Task<ImmutableArray<Activity>> RecordAsync(
        GroupLease lease, CheckRecord record, bool release, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        record.EnsureOneGroup(lease.Group);
        return await _lanes.FindOwnerAsync(record, cancellationToken) is { } owner
            ? await _lanes.WriteAsync(owner, new RecordWrite(lease, record, release, cancellationToken), cancellationToken)
            : throw Refusal.Fenced(lease);
    }

    private async Task ChangePoliciesAsync(
        GroupId group,
        Func<ImmutableArray<Policy>, ImmutableArray<Policy>> change,
        Activity activity,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var owner = await _lanes.FindOwnerAsync(group, cancellationToken) ?? throw Refusal.NotFound("living group", group);
        await _lanes.WriteAsync(owner, new PolicyWrite(group, change, activity, cancellationToken), cancellationToken);
    }

    private async Task<AccountId?> FindOwnerAsync(ImmutableArray<CheckRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            if (await _lanes.FindOwnerAsync(record, cancellationToken) is { } owner)
            {
                return owner;
            }
        }

        return null;
    }

    private Task<T> ReadAsync<T>(Func<Session, CancellationToken, Task<T>> body, CancellationToken cancellationToken) =>
        _database.ReadAsync(body, cancellationToken);

    private async Task<T> WriteAsync<T>(Func<Session, Task<T>> body, CancellationToken cancellationToken) =>
        await _database.WriteAsync(body, cancellationToken);

    private async Task WriteAsync(Func<Session, Task> body, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            async session =>
            {
                await body(session);
                return true;
            },
            cancellationToken);
}
