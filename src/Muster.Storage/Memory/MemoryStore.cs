using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
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

namespace Muster.Storage.Memory;

/// <summary>The reference store: keeps the whole contract and forgets everything with the process.</summary>
/// <remarks>
/// One lock and immutable values. Every method has completed when it returns, so that the simulator stays in charge of the order
/// of things.
/// </remarks>
public sealed class MemoryStore : IStore
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly MemoryAccounts _accounts = new();
    private readonly MemoryCredentials _credentials;
    private readonly MemoryTokens _tokens;
    private readonly MemoryTemplates _templates;
    private readonly MemoryGroups _groups;
    private readonly MemoryChecks _checks;
    private readonly MemoryShares _shares = new();
    private readonly MemoryTrail _trail = new();
    private readonly MemorySteering _steering;
    private PauseState _pause = PauseState.None;
    private ImmutableArray<ReportKey> _reportKeys = [];
    private bool _disposed;

    /// <param name="installation">Whose store it is.</param>
    /// <param name="timeProvider">The store's own clock.</param>
    public MemoryStore(InstallationId installation, TimeProvider timeProvider)
    {
        Installation = installation;
        _timeProvider = timeProvider;
        _credentials = new(_accounts);
        _tokens = new(_accounts);
        _templates = new(_accounts);
        _groups = new(_accounts, _templates, _trail);
        _checks = new(_groups, _shares, _trail);
        _steering = new(_groups, _trail);
    }

    /// <inheritdoc/>
    public InstallationId Installation { get; }

    /// <inheritdoc/>
    public StoreFacts Facts { get; } = new("memory", "none");

    /// <inheritdoc/>
    public Task PingAsync(CancellationToken cancellationToken) => Run(cancellationToken, () => { });

    /// <inheritdoc/>
    public Task<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken) => Run(cancellationToken, _timeProvider.GetUtcNow);

    /// <inheritdoc/>
    public Task<Account> EnsureAccountAsync(Account account, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _accounts.Ensure(account));

    /// <inheritdoc/>
    public Task<Account?> FindAccountAsync(string name, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _accounts.Find(name));

    /// <inheritdoc/>
    public Task<Account?> FindAccountAsync(AccountId account, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _accounts.Find(account));

    /// <inheritdoc/>
    public Task<ImmutableArray<Account>> ListAccountsAsync(CancellationToken cancellationToken) => Run(cancellationToken, _accounts.List);

    /// <inheritdoc/>
    public Task<ImmutableDictionary<AccountId, decimal>> SumSpendAsync(CancellationToken cancellationToken) =>
        Run(cancellationToken, _groups.SumSpend);

    /// <inheritdoc/>
    public Task<Account> ChangeAccountAsync(AccountId account, AccountEdit edit, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _accounts.Change(account, edit));

    /// <inheritdoc/>
    public Task<User> EnsureUserAsync(User user, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _accounts.EnsureUser(user));

    /// <inheritdoc/>
    public Task AddCredentialAsync(AccountCredential credential, CredentialId? replaced, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _credentials.Add(credential, replaced));

    /// <inheritdoc/>
    public Task<AccountCredential?> FindCredentialAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _credentials.Find(account, name));

    /// <inheritdoc/>
    public Task<AccountCredential> ConfirmCredentialAsync(
        CredentialId credential, DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _credentials.Confirm(credential, now));

    /// <inheritdoc/>
    public Task AddTokenAsync(Token token, CancellationToken cancellationToken) => Run(cancellationToken, () => _tokens.Add(token));

    /// <inheritdoc/>
    public Task<Token?> FindTokenAsync(ImmutableArray<byte> secretHash, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _tokens.Find(secretHash));

    /// <inheritdoc/>
    public Task<ImmutableArray<Token>> ListTokensAsync(AccountId account, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _tokens.List(account));

    /// <inheritdoc/>
    public Task<Token> RevokeTokenAsync(AccountId account, TokenId token, DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _tokens.Revoke(account, token, now));

    /// <inheritdoc/>
    public Task<bool> AddTemplateAsync(Template template, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _templates.Add(template));

    /// <inheritdoc/>
    public Task<Template?> FindTemplateAsync(TemplateId template, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _templates.Find(template));

    /// <inheritdoc/>
    public Task<Template?> FindTemplateAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _templates.Find(account, name));

    /// <inheritdoc/>
    public Task<Page<Template>> ListTemplatesAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _templates.List(account, page, includeArchived));

    /// <inheritdoc/>
    public Task<Template> ArchiveTemplateAsync(TemplateId template, DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _templates.Archive(template, now, isUsed: () => _groups.Use(template)));

    /// <inheritdoc/>
    public Task<bool> AddGroupAsync(Group group, Activity activity, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.Add(group, activity));

    /// <inheritdoc/>
    public Task<GroupRecord?> FindGroupAsync(GroupId group, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.Read(group));

    /// <inheritdoc/>
    public Task<GroupRecord?> FindGroupAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.Read(account, name));

    /// <inheritdoc/>
    public Task<Page<GroupRecord>> ListGroupsAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.List(account, page, includeArchived));

    /// <inheritdoc/>
    public Task UpdateGroupAsync(Group changed, Activity activity, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.Update(changed, activity));

    /// <inheritdoc/>
    public Task UpdateGroupAsync(Group changed, Activity activity, MemberChange member, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.Update(changed, activity, NoteRule.AsKept(changed, member), member.Activity));

    /// <inheritdoc/>
    public Task UpdateGroupAsync(
        Group changed, Activity activity, ImmutableArray<NoteChange> notes, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.Update(changed, activity, NoteRule.AsKept(changed, notes)));

    /// <inheritdoc/>
    public Task<Page<GroupRevision>> ListRevisionsAsync(GroupId group, PageRequest page, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.ListRevisions(group, page));

    /// <inheritdoc/>
    public Task<GroupRevision?> FindRevisionAsync(GroupId group, int revision, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.FindRevision(group, revision));

    /// <inheritdoc/>
    public Task<ImmutableArray<SweepShare>> ListSweepsAsync(CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.Sweeps.Select(_shares.Of).ToImmutableArray());

    /// <inheritdoc/>
    public Task<ImmutableArray<GroupRecord>> LoadSweepAsync(SweepKey sweep, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.Load(sweep));

    /// <inheritdoc/>
    public Task KeepCheckAsync(CheckRun run, CancellationToken cancellationToken) => Run(cancellationToken, () => _checks.Keep(run));

    /// <inheritdoc/>
    public Task<ImmutableArray<CheckRun>> ListChecksAsync(GroupId group, int limit, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _checks.List(group, limit));

    /// <inheritdoc/>
    public Task<PauseState> ReadPauseAsync(CancellationToken cancellationToken) => Run(cancellationToken, () => _pause);

    /// <inheritdoc/>
    public Task<PauseState> ChangePauseAsync(Func<PauseState, PauseState> change, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _pause = change(_pause));

    /// <inheritdoc/>
    public Task<ImmutableArray<ReportKey>> ReadReportKeysAsync(CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _reportKeys);

    /// <inheritdoc/>
    public Task<ImmutableArray<ReportKey>> ChangeReportKeysAsync(
        Func<ImmutableArray<ReportKey>, ImmutableArray<ReportKey>> change, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _reportKeys = StoreJson.ReadReportKeys(StoreJson.Write(change(_reportKeys))));

    /// <inheritdoc/>
    public Task PutClaimAsync(GroupId group, Claim claim, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.PutClaim(group, claim));

    /// <inheritdoc/>
    public Task EndClaimAsync(GroupId group, string source, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.EndClaim(group, source));

    /// <inheritdoc/>
    public Task<ImmutableArray<MemberNote>> NoteAsync(
        GroupId group, ImmutableArray<NoteChange> changes, Activity? activity, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.Note(group, changes, activity));

    /// <inheritdoc/>
    public Task PutPolicyAsync(GroupId group, Policy policy, Activity activity, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _steering.Put(group, policy, activity));

    /// <inheritdoc/>
    public Task RemovePolicyAsync(GroupId group, string name, Activity activity, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _steering.Remove(group, name, activity));

    /// <inheritdoc/>
    public Task<ImmutableArray<SteeredGroup>> ListSteeredAsync(CancellationToken cancellationToken) =>
        Run(cancellationToken, _steering.List);

    /// <inheritdoc/>
    public Task<SteeringState> FindSteeringAsync(GroupId group, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _steering.Find(group));

    /// <inheritdoc/>
    public Task TellAsync(GroupId group, string policy, ReceivedWord word, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _steering.Tell(group, policy, word));

    /// <inheritdoc/>
    public Task PushReadingsAsync(
        GroupId group, ImmutableArray<PushedReading> pushed, DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _steering.Push(group, pushed, now));

    /// <inheritdoc/>
    public Task<ImmutableArray<PushedReading>> FindPushedAsync(GroupId group, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _steering.FindPushed(group));

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> SteerAsync(ImmutableArray<SteeringRecord> records, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _steering.Steer(records));

    /// <inheritdoc/>
    public Task KeepReadingsAsync(ImmutableArray<ReadingChunk> chunks, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _steering.Keep(chunks));

    /// <inheritdoc/>
    public Task<ImmutableArray<ReadingChunk>> FindReadingsAsync(
        GroupId group, string? metric, Resolution resolution, DateTimeOffset since, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _steering.Find(group, metric, resolution, since));

    /// <inheritdoc/>
    public Task<int> ForgetReadingsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _steering.Forget(now));

    /// <inheritdoc/>
    public Task<ImmutableHashSet<LaunchId>> FindLaunchesAsync(ImmutableArray<LaunchId> launches, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _checks.FindLaunches(launches));

    /// <inheritdoc/>
    public Task<GroupLease?> TryAcquireLeaseAsync(
        GroupId group, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            ThrowIfPaused_NeedsGate();
            return _checks.TryAcquire(group, holder, expectedFence, now, duration);
        });

    /// <inheritdoc/>
    public Task<GroupLease> RenewLeaseAsync(
        GroupLease lease, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            ThrowIfPaused_NeedsGate();
            return _checks.Renew(lease, now + duration);
        });

    /// <inheritdoc/>
    public Task ReleaseLeaseAsync(GroupLease lease, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _checks.Release(lease));

    /// <inheritdoc/>
    public Task<SpendGrant?> ReserveSpendAsync(GroupLease lease, decimal held, decimal wanted, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _checks.Reserve(lease, held, wanted));

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordAsync(GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _checks.Record(lease, record, release: false));

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordAndReleaseAsync(
        GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _checks.Record(lease, record, release: true));

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordIdleAsync(
        ImmutableArray<CheckRecord> records, SweepLease? sweep, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _checks.RecordIdle(records, sweep));

    /// <inheritdoc/>
    public Task<ImmutableArray<ServerRecord>> ReportServerAsync(ServerRecord server, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _shares.Report(server));

    /// <inheritdoc/>
    public Task<ImmutableArray<ServerRecord>> ListServersAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _shares.Living(now));

    /// <inheritdoc/>
    public Task RetireServerAsync(string holder, DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _shares.Retire(holder, now));

    /// <inheritdoc/>
    public Task<SweepLease?> TryAcquireSweepAsync(
        SweepKey sweep, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _shares.TryAcquire(sweep, holder, expectedFence, now, duration));

    /// <inheritdoc/>
    public Task<ImmutableArray<SweepLease>> RenewSweepsAsync(
        ImmutableArray<SweepLease> leases, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _shares.Renew(leases, now + duration));

    /// <inheritdoc/>
    public Task ReleaseSweepsAsync(ImmutableArray<SweepLease> leases, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _shares.Release(leases));

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> AppendAsync(
        AccountId account, ImmutableArray<Activity> activities, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            _trail.EnsureNew(activities);
            return activities
                .Where(activity => _groups.Find(activity.Group) is { IsLiving: true } row && row.Record.Group.Account == account)
                .Select(_trail.Append)
                .ToImmutableArray();
        });

    /// <inheritdoc/>
    public Task<Page<Activity>> ListActivitiesAsync(GroupId group, PageRequest page, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _trail.List(group, page));

    /// <inheritdoc/>
    public Task<Activity?> FirstActivityAsync(GroupId group, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _trail.FirstOf(group));

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> ReadActivitiesAsync(
        AccountId account, long afterPosition, int limit, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _trail.After(account, afterPosition, limit));

    /// <inheritdoc/>
    public Task<long> LastPositionAsync(AccountId account, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _trail.LastPositionOf(account));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        return ValueTask.CompletedTask;
    }

    private void ThrowIfPaused_NeedsGate()
    {
        if (_pause.Pause is { } paused)
        {
            throw paused.ToException();
        }
    }

    [SuppressMessage("Design", "CA1068", Justification = "The body comes last, so that it reads like a block.")]
    private Task<bool> Run(CancellationToken cancellationToken, Action body) =>
        Run(cancellationToken, () =>
        {
            body();
            return true;
        });

    /// <summary>Runs under the lock, and puts what is thrown into the task as any other store does.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Not swallowed: the task carries it to its caller.")]
    [SuppressMessage("Design", "CA1068", Justification = "The body comes last, so that it reads like a block.")]
    private Task<T> Run<T>(CancellationToken cancellationToken, Func<T> body)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return Task.FromResult(body());
            }
        }
        catch (Exception error)
        {
            return Task.FromException<T>(error);
        }
    }
}
