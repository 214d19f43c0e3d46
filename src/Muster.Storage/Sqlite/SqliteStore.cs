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
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Sqlite.Sessions;
using Muster.Storage.Sqlite.Tables;
using Muster.Storage.Transfer;

namespace Muster.Storage.Sqlite;

/// <summary>The embedded store: one SQLite file, one process.</summary>
/// <remarks>
/// What was acknowledged is on disk and outlives a loss of power. Reads run on the caller's thread and wait for no write.
/// </remarks>
public sealed class SqliteStore : IStore, IStoreContents
{
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly DirectoryLock _directoryLock;
    private readonly TimeProvider _timeProvider;

    internal SqliteStore(
        InstallationId installation, SqliteWriter writer, SqliteReaders readers, DirectoryLock directoryLock, TimeProvider timeProvider)
    {
        Installation = installation;
        _timeProvider = timeProvider;
        _writer = writer;
        _readers = readers;
        _directoryLock = directoryLock;
    }

    /// <inheritdoc/>
    public InstallationId Installation { get; }

    /// <inheritdoc/>
    public StoreFacts Facts { get; } = new("sqlite", Schema.Newest);

    /// <summary>Opens the store, made or brought to this version's schema when needed.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="random">Gives a new store its installation id.</param>
    /// <param name="timeProvider">Says when a new store was made.</param>
    /// <param name="cancellationToken">Gives up before the store is touched.</param>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Unusable"/>: damaged, of a newer schema, not writable, or in use by another process; the message
    /// says what to do, and the file was left as it is. <see cref="StoreErrorKind.Full"/>: no room for a new store.
    /// </exception>
    public static Task<SqliteStore> OpenAsync(
        SqliteStoreOptions options, IRandomSource random, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        Task.Run(() => new SqliteOpening(options, random, timeProvider).Open(), cancellationToken);

    /// <inheritdoc/>
    public Task PingAsync(CancellationToken cancellationToken) => ReadAsync(MetaTable.Installation, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>The process's own: it is the only one here.</remarks>
    public Task<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? Task.FromCanceled<DateTimeOffset>(cancellationToken)
        : Task.FromResult(_timeProvider.GetUtcNow());

    /// <inheritdoc/>
    public Task<Account> EnsureAccountAsync(Account account, CancellationToken cancellationToken) =>
        WriteAsync(session => AccountTable.Ensure(session, account), cancellationToken);

    /// <inheritdoc/>
    public Task<Account?> FindAccountAsync(string name, CancellationToken cancellationToken) =>
        ReadAsync(session => AccountTable.Find(session, name), cancellationToken);

    /// <inheritdoc/>
    public Task<Account?> FindAccountAsync(AccountId account, CancellationToken cancellationToken) =>
        ReadAsync(session => AccountTable.Find(session, account), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Account>> ListAccountsAsync(CancellationToken cancellationToken) =>
        ReadAsync(AccountTable.List, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableDictionary<AccountId, decimal>> SumSpendAsync(CancellationToken cancellationToken) =>
        ReadAsync(AccountTable.SumSpend, cancellationToken);

    /// <inheritdoc/>
    public Task<Account> ChangeAccountAsync(AccountId account, AccountEdit edit, CancellationToken cancellationToken) =>
        WriteAsync(session => AccountTable.Change(session, account, edit), cancellationToken);

    /// <inheritdoc/>
    public Task<User> EnsureUserAsync(User user, CancellationToken cancellationToken) =>
        WriteAsync(session => UserTable.Ensure(session, user), cancellationToken);

    /// <inheritdoc/>
    public Task AddCredentialAsync(AccountCredential credential, CredentialId? replaced, CancellationToken cancellationToken) =>
        WriteAsync(session => KeyTable.Add(session, credential, replaced), cancellationToken);

    /// <inheritdoc/>
    public Task<AccountCredential?> FindCredentialAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        ReadAsync(session => KeyTable.Find(session, account, name), cancellationToken);

    /// <inheritdoc/>
    public Task<AccountCredential> ConfirmCredentialAsync(
        CredentialId credential, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(session => KeyTable.Confirm(session, credential, now), cancellationToken);

    /// <inheritdoc/>
    public Task AddTokenAsync(Token token, CancellationToken cancellationToken) =>
        WriteAsync(session => TokenTable.Add(session, token), cancellationToken);

    /// <inheritdoc/>
    public Task<Token?> FindTokenAsync(ImmutableArray<byte> secretHash, CancellationToken cancellationToken) =>
        ReadAsync(session => TokenTable.Find(session, secretHash), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Token>> ListTokensAsync(AccountId account, CancellationToken cancellationToken) =>
        ReadAsync(session => TokenTable.List(session, account), cancellationToken);

    /// <inheritdoc/>
    public Task<Token> RevokeTokenAsync(AccountId account, TokenId token, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(session => TokenTable.Revoke(session, account, token, now), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> AddTemplateAsync(Template template, CancellationToken cancellationToken) =>
        WriteAsync(session => TemplateTable.Add(session, template), cancellationToken);

    /// <inheritdoc/>
    public Task<Template?> FindTemplateAsync(TemplateId template, CancellationToken cancellationToken) =>
        ReadAsync(session => TemplateTable.Find(session, template), cancellationToken);

    /// <inheritdoc/>
    public Task<Template?> FindTemplateAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        ReadAsync(session => TemplateTable.Find(session, account, name), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Template>> ListTemplatesAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) =>
        ReadAsync(session => TemplateTable.List(session, account, page, includeArchived), cancellationToken);

    /// <inheritdoc/>
    public Task<Template> ArchiveTemplateAsync(TemplateId template, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(session => TemplateTable.Archive(session, template, now), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> AddGroupAsync(Group group, Activity activity, CancellationToken cancellationToken) =>
        WriteAsync(session => GroupTable.Add(session, group, activity), cancellationToken);

    /// <inheritdoc/>
    public Task<GroupRecord?> FindGroupAsync(GroupId group, CancellationToken cancellationToken) =>
        ReadAsync(session => GroupTable.Find(session, group), cancellationToken);

    /// <inheritdoc/>
    public Task<GroupRecord?> FindGroupAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        ReadAsync(session => GroupTable.Find(session, account, name), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<GroupRecord>> ListGroupsAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) =>
        ReadAsync(session => GroupTable.List(session, account, page, includeArchived), cancellationToken);

    /// <inheritdoc/>
    public Task UpdateGroupAsync(Group changed, Activity activity, CancellationToken cancellationToken) =>
        WriteAsync(session => GroupTable.Update(session, changed, activity), cancellationToken);

    /// <inheritdoc/>
    public async Task UpdateGroupAsync(Group changed, Activity activity, MemberChange member, CancellationToken cancellationToken)
    {
        var said = NoteRule.AsKept(changed, member);
        await WriteAsync(
            session =>
            {
                GroupTable.Update(session, changed, activity);
                return NoteTable.Note(session, changed.Id, said, member.Activity);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task UpdateGroupAsync(
        Group changed, Activity activity, ImmutableArray<NoteChange> notes, CancellationToken cancellationToken)
    {
        var said = NoteRule.AsKept(changed, notes);
        await WriteAsync(
            session =>
            {
                GroupTable.Update(session, changed, activity);
                return NoteTable.Note(session, changed.Id, said, activity: null);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Page<GroupRevision>> ListRevisionsAsync(GroupId group, PageRequest page, CancellationToken cancellationToken) =>
        ReadAsync(session => RevisionTable.List(session, group, page), cancellationToken);

    /// <inheritdoc/>
    public Task<GroupRevision?> FindRevisionAsync(GroupId group, int revision, CancellationToken cancellationToken) =>
        ReadAsync(session => RevisionTable.Find(session, group, revision), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<SweepShare>> ListSweepsAsync(CancellationToken cancellationToken) =>
        ReadAsync(SweepQueries.List, cancellationToken);

    /// <inheritdoc/>
    public Task KeepCheckAsync(CheckRun run, CancellationToken cancellationToken) =>
        WriteAsync(session => CheckTable.Keep(session, run), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CheckRun>> ListChecksAsync(GroupId group, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => CheckTable.List(session, group, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<GroupRecord>> LoadSweepAsync(SweepKey sweep, CancellationToken cancellationToken) =>
        ReadAsync(session => SweepQueries.Load(session, sweep), cancellationToken);

    /// <inheritdoc/>
    public Task<GroupLease?> TryAcquireLeaseAsync(
        GroupId group, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        WriteAsync(session => StateTable.TryAcquire(session, group, holder, expectedFence, now, duration), cancellationToken);

    /// <inheritdoc/>
    public Task<GroupLease> RenewLeaseAsync(
        GroupLease lease, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        WriteAsync(session => StateTable.Renew(session, lease, now, duration), cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseLeaseAsync(GroupLease lease, CancellationToken cancellationToken) =>
        WriteAsync(session => StateTable.Release(session, lease), cancellationToken);

    /// <inheritdoc/>
    public Task<SpendGrant?> ReserveSpendAsync(GroupLease lease, decimal held, decimal wanted, CancellationToken cancellationToken) =>
        WriteAsync(session => StateTable.Reserve(session, lease, held, wanted), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordAsync(GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        WriteAsync(session => StateTable.Record(session, lease, record, release: false), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordAndReleaseAsync(
        GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        WriteAsync(session => StateTable.Record(session, lease, record, release: true), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordIdleAsync(
        ImmutableArray<CheckRecord> records, SweepLease? sweep, CancellationToken cancellationToken) =>
        WriteAsync(session => StateTable.RecordIdle(session, records, sweep), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ServerRecord>> ReportServerAsync(ServerRecord server, CancellationToken cancellationToken) =>
        WriteAsync(session => ServerTable.Report(session, server), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ServerRecord>> ListServersAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ReadAsync(session => ServerTable.Living(session, now), cancellationToken);

    /// <inheritdoc/>
    public Task RetireServerAsync(string holder, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(session => ServerTable.Retire(session, holder, now), cancellationToken);

    /// <inheritdoc/>
    public Task<SweepLease?> TryAcquireSweepAsync(
        SweepKey sweep, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        WriteAsync(session => SweepTable.TryAcquire(session, sweep, holder, expectedFence, now, duration), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<SweepLease>> RenewSweepsAsync(
        ImmutableArray<SweepLease> leases, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        WriteAsync(session => SweepTable.Renew(session, leases, now, duration), cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseSweepsAsync(ImmutableArray<SweepLease> leases, CancellationToken cancellationToken) =>
        WriteAsync(session => SweepTable.Release(session, leases), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> AppendAsync(
        AccountId account, ImmutableArray<Activity> activities, CancellationToken cancellationToken) =>
        WriteAsync(session => StateTable.Append(session, account, activities), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Activity>> ListActivitiesAsync(GroupId group, PageRequest page, CancellationToken cancellationToken) =>
        ReadAsync(session => ActivityTable.List(session, group, page), cancellationToken);

    /// <inheritdoc/>
    public Task<Activity?> FirstActivityAsync(GroupId group, CancellationToken cancellationToken) =>
        ReadAsync(session => ActivityTable.First(session, group), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> ReadActivitiesAsync(
        AccountId account, long afterPosition, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => ActivityTable.ReadAfter(session, account, afterPosition, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<long> LastPositionAsync(AccountId account, CancellationToken cancellationToken) =>
        ReadAsync(session => ActivityTable.LastPosition(session, account), cancellationToken);

    /// <inheritdoc/>
    public Task<PauseState> ReadPauseAsync(CancellationToken cancellationToken) => ReadAsync(PauseTable.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<PauseState> ChangePauseAsync(Func<PauseState, PauseState> change, CancellationToken cancellationToken) =>
        WriteAsync(session => PauseTable.Change(session, change), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ReportKey>> ReadReportKeysAsync(CancellationToken cancellationToken) =>
        ReadAsync(ReportKeyTable.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ReportKey>> ChangeReportKeysAsync(
        Func<ImmutableArray<ReportKey>, ImmutableArray<ReportKey>> change, CancellationToken cancellationToken) =>
        WriteAsync(session => ReportKeyTable.Change(session, change), cancellationToken);

    /// <inheritdoc/>
    public Task PutClaimAsync(GroupId group, Claim claim, CancellationToken cancellationToken) =>
        WriteAsync(session => GroupTable.PutClaim(session, group, claim), cancellationToken);

    /// <inheritdoc/>
    public Task EndClaimAsync(GroupId group, string source, CancellationToken cancellationToken) =>
        WriteAsync(session => GroupTable.EndClaim(session, group, source), cancellationToken);

    /// <inheritdoc/>
    public async Task<ImmutableArray<MemberNote>> NoteAsync(
        GroupId group, ImmutableArray<NoteChange> changes, Activity? activity, CancellationToken cancellationToken)
    {
        NoteRule.EnsureOf(group, activity);
        var said = NoteRule.AsKept(changes);
        return await WriteAsync(session => NoteTable.Note(session, group, said, activity), cancellationToken);
    }

    /// <inheritdoc/>
    public Task PutPolicyAsync(GroupId group, Policy policy, Activity activity, CancellationToken cancellationToken) =>
        WriteAsync(session => SteeringTable.Put(session, group, policy, activity), cancellationToken);

    /// <inheritdoc/>
    public Task RemovePolicyAsync(GroupId group, string name, Activity activity, CancellationToken cancellationToken) =>
        WriteAsync(session => SteeringTable.Remove(session, group, name, activity), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<SteeredGroup>> ListSteeredAsync(CancellationToken cancellationToken) =>
        ReadAsync(SteeringTable.List, cancellationToken);

    /// <inheritdoc/>
    public Task<SteeringState> FindSteeringAsync(GroupId group, CancellationToken cancellationToken) =>
        ReadAsync(session => SteeringTable.Find(session, group), cancellationToken);

    /// <inheritdoc/>
    public Task TellAsync(GroupId group, string policy, ReceivedWord word, CancellationToken cancellationToken) =>
        WriteAsync(session => SteeringTable.Tell(session, group, policy, word), cancellationToken);

    /// <inheritdoc/>
    public async Task PushReadingsAsync(
        GroupId group, ImmutableArray<PushedReading> pushed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var kept = ToldRule.AsKept(pushed);
        await WriteAsync(session => PushedTable.Push(session, group, kept, now), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<PushedReading>> FindPushedAsync(GroupId group, CancellationToken cancellationToken) =>
        ReadAsync(session => PushedTable.Of(session, group), cancellationToken);

    /// <inheritdoc/>
    public async Task<ImmutableArray<Activity>> SteerAsync(
        ImmutableArray<SteeringRecord> records, CancellationToken cancellationToken)
    {
        var kept = SteeringRule.AsKept(records);
        return await WriteAsync(session => SteeringTable.Steer(session, kept), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task KeepReadingsAsync(ImmutableArray<ReadingChunk> chunks, CancellationToken cancellationToken)
    {
        foreach (var part in ReadingRule.AsKept(chunks).Chunk(ReadingTable.KeptMax))
        {
            await WriteAsync(session => ReadingTable.Keep(session, part), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<ReadingChunk>> FindReadingsAsync(
        GroupId group, string? metric, Resolution resolution, DateTimeOffset since, CancellationToken cancellationToken) =>
        ReadAsync(session => ReadingTable.Find(session, group, metric, resolution, since), cancellationToken);

    /// <inheritdoc/>
    public async Task<int> ForgetReadingsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await WriteAsync(session => PushedTable.ForgetBefore(session, now), cancellationToken);
        var (all, some) = (0, 0);
        do
        {
            some = await WriteAsync(session => ReadingTable.ForgetSome(session, now), cancellationToken);
            all += some;
        }
        while (some > 0);

        return all;
    }

    /// <inheritdoc/>
    public Task<ImmutableHashSet<LaunchId>> FindLaunchesAsync(ImmutableArray<LaunchId> launches, CancellationToken cancellationToken) =>
        ReadAsync(session => PauseTable.FindLaunches(session, launches), cancellationToken);

    Task IStoreContents.ReadContentsAsync(Action<StoreTable, Row> each, CancellationToken cancellationToken) =>
        ReadAsync(
            session =>
            {
                ContentsTable.Read(session, each, cancellationToken);
                return true;
            },
            cancellationToken);

    Task<bool> IStoreContents.IsEmptyAsync(CancellationToken cancellationToken) => ReadAsync(ContentsTable.IsEmpty, cancellationToken);

    Task IStoreContents.WriteContentsAsync(
        InstallationId installation, string mark, IEnumerable<StoreRow> rows, CancellationToken cancellationToken) =>
        WriteAsync(session => ContentsTable.Write(session, installation, rows, cancellationToken), cancellationToken);

    // All of it came in one transaction, and the directory's lock keeps everybody else out until the import has ended.
    Task IStoreContents.FinishContentsAsync(string mark, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Finishes what is queued and in flight, then closes the file and lets go of the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        // Readers first: the last connection to close is then the writer's, which may fold the log into the file.
        await _readers.DisposeAsync();
        await _writer.DisposeAsync();
        _directoryLock.Dispose();
    }

    private Task<T> ReadAsync<T>(Func<SqliteSession, T> body, CancellationToken cancellationToken) =>
        _readers.ReadAsync(body, cancellationToken);

    private Task<T> WriteAsync<T>(Func<SqliteSession, T> body, CancellationToken cancellationToken) =>
        _writer.WriteAsync(body, cancellationToken);

    private Task<bool> WriteAsync(Action<SqliteSession> body, CancellationToken cancellationToken) =>
        _writer.WriteAsync(
            session =>
            {
                body(session);
                return true;
            },
            cancellationToken);
}
