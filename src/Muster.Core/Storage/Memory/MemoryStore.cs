using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Reconciling;
using Muster.Core.Templates;

namespace Muster.Core.Storage.Memory;

/// <summary>The reference store: keeps the whole contract and forgets everything with the process.</summary>
/// <remarks>
/// One lock and immutable values. Every method has completed when it returns, so that the simulator stays in charge of the order
/// of things.
/// </remarks>
/// <param name="installation">Whose store it is.</param>
/// <param name="timeProvider">The store's own clock.</param>
public sealed class MemoryStore(InstallationId installation, TimeProvider timeProvider) : IStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<(AccountId, string), User> _users = [];
    private readonly Dictionary<CredentialId, AccountCredential> _credentials = [];
    private readonly Dictionary<TokenId, Token> _tokens = [];
    private readonly Dictionary<TemplateId, Template> _templates = [];
    private readonly Dictionary<GroupId, MemoryGroup> _groups = [];
    private readonly Dictionary<LaunchId, (GroupId Group, bool IsOpen)> _launches = [];
    private readonly Dictionary<AccountId, NameIndex<Template>> _templateNames = [];
    private readonly Dictionary<AccountId, NameIndex<MemoryGroup>> _groupNames = [];
    private readonly Dictionary<TemplateId, int> _activeGroupsOf = [];
    private readonly Dictionary<SweepKey, SortedDictionary<Guid, MemoryGroup>> _sweeps = [];
    private readonly MemoryTrail _trail = new();
    private readonly MemoryShares _shares = new();
    private PauseState _pause = PauseState.None;
    private bool _disposed;

    /// <inheritdoc/>
    public InstallationId Installation { get; } = installation;

    /// <inheritdoc/>
    public StoreFacts Facts { get; } = new("memory", "none");

    /// <inheritdoc/>
    public Task PingAsync(CancellationToken cancellationToken) => Run(cancellationToken, () => { });

    /// <inheritdoc/>
    public Task<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken) => Run(cancellationToken, timeProvider.GetUtcNow);

    /// <inheritdoc/>
    public Task<Account> EnsureAccountAsync(Account account, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            if (!_accounts.TryGetValue(account.Name, out var kept))
            {
                _templateNames.Add(account.Id, new(row => row.Name, row => row.Id.Value));
                _groupNames.Add(account.Id, new(row => row.Record.Group.Name, row => row.Record.Group.Id.Value));
                _accounts.Add(account.Name, kept = account);
            }

            return kept;
        });

    /// <inheritdoc/>
    public Task<Account?> FindAccountAsync(string name, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _accounts.GetValueOrDefault(name));

    /// <inheritdoc/>
    public Task<Account?> FindAccountAsync(AccountId account, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _accounts.Values.FirstOrDefault(kept => kept.Id == account));

    /// <inheritdoc/>
    public Task<ImmutableArray<Account>> ListAccountsAsync(CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _accounts.Values.OrderBy(account => account.Name, StringComparer.Ordinal).ToImmutableArray());

    /// <inheritdoc/>
    public Task<Account> ChangeAccountAsync(AccountId account, AccountEdit edit, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            var kept = _accounts.Values.FirstOrDefault(kept => kept.Id == account) ?? throw NotFound("account", account);
            return _accounts[kept.Name] = kept with
            {
                CloudId = edit.CloudId ?? kept.CloudId,
                Access = edit.Access ?? kept.Access,
                KeyOrderedAt = edit.KeyOrderedAt ?? kept.KeyOrderedAt,
            };
        });

    /// <inheritdoc/>
    public Task<User> EnsureUserAsync(User user, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            EnsureAccountKnown(user.Account);
            _users.TryAdd((user.Account, user.Name), user);
            return _users[(user.Account, user.Name)];
        });

    /// <inheritdoc/>
    public Task AddCredentialAsync(AccountCredential credential, CredentialId? replaced, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            EnsureAccountKnown(credential.Account);
            var old = _credentials.Values.FirstOrDefault(
                kept => kept.Account == credential.Account && kept.Id == replaced && kept.ArchivedAt is null);
            if (LivingCredential(credential.Account, credential.Name) is { } living && living.Id != old?.Id)
            {
                throw Taken("credential", credential.Name);
            }

            if (old is not null)
            {
                _credentials[old.Id] = old with { ArchivedAt = credential.CreatedAt };
            }

            _credentials.Add(credential.Id, credential);
        });

    /// <inheritdoc/>
    public Task<AccountCredential?> FindCredentialAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => LivingCredential(account, name));

    /// <inheritdoc/>
    public Task<AccountCredential> ConfirmCredentialAsync(
        CredentialId credential, DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            var kept = _credentials.GetValueOrDefault(credential) ?? throw NotFound("credential", credential);
            return _credentials[credential] = kept with { ConfirmedAt = kept.ConfirmedAt ?? now };
        });

    /// <inheritdoc/>
    public Task AddTokenAsync(Token token, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            EnsureAccountKnown(token.Account);
            if (_tokens.Values.Any(kept => kept.Account == token.Account && kept.Name == token.Name && kept.RevokedAt is null))
            {
                throw Taken("token", token.Name);
            }

            if (_tokens.ContainsKey(token.Id) || _tokens.Values.Any(kept => kept.SecretHash.SequenceEqual(token.SecretHash)))
            {
                throw new StoreException(StoreErrorKind.Duplicate, $"token {token.Id} is kept already");
            }

            _tokens.Add(token.Id, token);
        });

    /// <inheritdoc/>
    public Task<Token?> FindTokenAsync(ImmutableArray<byte> secretHash, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _tokens.Values.FirstOrDefault(token => token.SecretHash.SequenceEqual(secretHash)));

    /// <inheritdoc/>
    public Task<ImmutableArray<Token>> ListTokensAsync(AccountId account, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _tokens.Values
            .Where(token => token.Account == account)
            .OrderByDescending(token => token.CreatedAt).ThenByDescending(token => token.Id.Value)
            .ToImmutableArray());

    /// <inheritdoc/>
    public Task<Token> RevokeTokenAsync(AccountId account, TokenId token, DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            if (!_tokens.TryGetValue(token, out var kept) || kept.Account != account)
            {
                throw NotFound("token", token);
            }

            return _tokens[token] = kept with { RevokedAt = kept.RevokedAt ?? now };
        });

    /// <inheritdoc/>
    public Task<bool> AddTemplateAsync(Template template, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            if (_templates.ContainsKey(template.Id))
            {
                return false;
            }

            EnsureAccountKnown(template.Account);
            if (_templateNames[template.Account].IsTaken(template.Name))
            {
                throw Taken("template", template.Name);
            }

            _templates.Add(template.Id, template);
            _templateNames[template.Account].Put(template, isLiving: template.ArchivedAt is null);
            return true;
        });

    /// <inheritdoc/>
    public Task<Template?> FindTemplateAsync(TemplateId template, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _templates.GetValueOrDefault(template));

    /// <inheritdoc/>
    public Task<Template?> FindTemplateAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _templateNames.GetValueOrDefault(account)?.Find(name));

    /// <inheritdoc/>
    public Task<Page<Template>> ListTemplatesAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            var ids = PageOf(_templateNames.GetValueOrDefault(account), page, includeArchived);
            return ids.Select(id => _templates[new(id)]);
        });

    /// <inheritdoc/>
    public Task<Template> ArchiveTemplateAsync(TemplateId template, DateTimeOffset now, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            if (!_templates.TryGetValue(template, out var kept))
            {
                throw NotFound("template", template);
            }

            if (kept.ArchivedAt is not null)
            {
                return kept;
            }

            if (_activeGroupsOf.GetValueOrDefault(template) > 0)
            {
                throw new StoreException(StoreErrorKind.InUse, $"template '{kept.Name}' is used by a living group");
            }

            var archived = kept with { ArchivedAt = now };
            _templateNames[kept.Account].Remove(kept);
            _templateNames[kept.Account].Put(archived, isLiving: false);
            return _templates[template] = archived;
        });

    /// <inheritdoc/>
    public Task<bool> AddGroupAsync(Group group, Activity activity, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            if (_groups.ContainsKey(group.Id))
            {
                return false;
            }

            EnsureAccountKnown(group.Account);
            var template = LivingTemplate(group);
            if (_groupNames[group.Account].IsTaken(group.Name))
            {
                throw Taken("group", group.Name);
            }

            _trail.EnsureNew([activity]);
            var row = new MemoryGroup(new GroupRecord(group, template, new GroupState { Group = group.Id }, []));
            _groups.Add(group.Id, row);
            Index(row);
            _trail.Append(activity);
            return true;
        });

    /// <inheritdoc/>
    public Task<GroupRecord?> FindGroupAsync(GroupId group, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groups.GetValueOrDefault(group)?.Record);

    /// <inheritdoc/>
    public Task<GroupRecord?> FindGroupAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _groupNames.GetValueOrDefault(account)?.Find(name)?.Record);

    /// <inheritdoc/>
    public Task<Page<GroupRecord>> ListGroupsAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            var ids = PageOf(_groupNames.GetValueOrDefault(account), page, includeArchived);
            return ids.Select(id => _groups[new(id)].Record with { OpenLaunches = [] });
        });

    /// <inheritdoc/>
    public Task UpdateGroupAsync(Group changed, Activity activity, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            if (!_groups.TryGetValue(changed.Id, out var row) || !row.IsLiving || row.Record.Group.Account != changed.Account)
            {
                throw NotFound("group", changed.Id);
            }

            var current = row.Record.Group;
            if (current.Version != changed.Version - 1)
            {
                throw new StoreException(
                    StoreErrorKind.Stale, $"group '{current.Name}' is at version {current.Version}, not {changed.Version - 1}");
            }

            var template = changed.Template == current.Template ? row.Record.Template : LivingTemplate(changed);
            if (changed.Name != current.Name && _groupNames[changed.Account].IsTaken(changed.Name))
            {
                throw Taken("group", changed.Name);
            }

            _trail.EnsureNew([activity]);
            Replace(row, row.Record with { Group = changed, Template = template });
            _trail.Append(activity);
        });

    /// <inheritdoc/>
    public Task<ImmutableArray<SweepShare>> ListSweepsAsync(CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _sweeps.Keys
            .OrderBy(sweep => sweep.Account.Value).ThenBy(sweep => sweep.Cloud, StringComparer.Ordinal)
            .Select(_shares.Of)
            .ToImmutableArray());

    /// <inheritdoc/>
    public Task KeepCheckAsync(CheckRun run, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            var row = _groups.GetValueOrDefault(run.Group) ?? throw NotFound("group", run.Group);
            if (row.Checks.All(kept => kept.Id != run.Id))
            {
                row.Checks = CheckRun.NewestOf(row.Checks.Append(run), CheckRun.KeptMax);
            }
        });

    /// <inheritdoc/>
    public Task<ImmutableArray<CheckRun>> ListChecksAsync(GroupId group, int limit, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => CheckRun.NewestOf(_groups.GetValueOrDefault(group)?.Checks ?? [], limit));

    /// <inheritdoc/>
    public Task<ImmutableArray<GroupRecord>> LoadSweepAsync(SweepKey sweep, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _sweeps.TryGetValue(sweep, out var rows)
            ? rows.Values.Select(row => row.Record).ToImmutableArray()
            : []);

    /// <inheritdoc/>
    public Task<PauseState> ReadPauseAsync(CancellationToken cancellationToken) => Run(cancellationToken, () => _pause);

    /// <inheritdoc/>
    public Task<PauseState> ChangePauseAsync(Func<PauseState, PauseState> change, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => _pause = change(_pause));

    /// <inheritdoc/>
    public Task<ImmutableArray<Claim>> ChangeClaimsAsync(
        GroupId group, Func<ImmutableArray<Claim>, ImmutableArray<Claim>> change, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            if (_groups.GetValueOrDefault(group) is not { IsLiving: true } row)
            {
                throw NotFound("group", group);
            }

            row.Record = row.Record with { Claims = change(row.Record.Claims) };
            return row.Record.Claims;
        });

    /// <inheritdoc/>
    public Task<ImmutableHashSet<LaunchId>> FindLaunchesAsync(ImmutableArray<LaunchId> launches, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => launches.Where(_launches.ContainsKey).ToImmutableHashSet());

    /// <inheritdoc/>
    public Task<GroupLease?> TryAcquireLeaseAsync(
        GroupId group, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            ThrowIfPaused();
            if (!_groups.TryGetValue(group, out var row) || !row.IsLiving
                || row.IsLeasedAt(now) || row.Record.State.Fence != expectedFence)
            {
                return null;
            }

            var lease = new GroupLease(group, holder, expectedFence + 1, now + duration);
            row.Record = row.Record with { State = row.Record.State with { Fence = lease.Fence } };
            row.LeaseEndsAt = lease.EndsAt;
            row.LeaseHolder = holder;
            return lease;
        });

    /// <inheritdoc/>
    public Task<GroupLease> RenewLeaseAsync(
        GroupLease lease, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            ThrowIfPaused();
            var row = Leased(lease);
            var endsAt = now + duration;
            row.LeaseEndsAt = endsAt > row.LeaseEndsAt ? endsAt : row.LeaseEndsAt;
            return lease with { EndsAt = row.LeaseEndsAt!.Value };
        });

    /// <inheritdoc/>
    public Task ReleaseLeaseAsync(GroupLease lease, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            if (_groups.TryGetValue(lease.Group, out var row) && row.Honours(lease))
            {
                row.EndLease();
            }
        });

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordAsync(GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        Run(cancellationToken, () => RecordUnder(lease, record).Kept);

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordAndReleaseAsync(
        GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            var (row, kept) = RecordUnder(lease, record);
            row.EndLease();
            return kept;
        });

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordIdleAsync(
        ImmutableArray<CheckRecord> records, SweepLease? sweep, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            if (sweep is not null && !_shares.Honours(sweep))
            {
                throw new StoreException(StoreErrorKind.Fenced, $"lease {sweep.Fence} of the sweep of {sweep.Sweep.Cloud} is over");
            }

            foreach (var record in records)
            {
                record.EnsureOneGroup(record.State.Group);
            }

            var standings = records.ToLookup(Judge);
            ImmutableArray<CheckRecord> counting = [.. standings[IdleStanding.Counts]];
            _trail.EnsureNew([.. counting.SelectMany(record => record.Activities)]);
            var kept = ImmutableArray.CreateBuilder<Activity>(counting.Length);
            foreach (var record in counting)
            {
                Write(_groups[record.State.Group], record, record.State.Fence, kept);
            }

            foreach (var record in standings[IdleStanding.EndsLease])
            {
                _groups[record.State.Group].EndLease();
            }

            return kept.ToImmutable();
        });

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
                .Where(activity => _groups.TryGetValue(activity.Group, out var row) && row.IsLiving && row.Record.Group.Account == account)
                .Select(_trail.Append)
                .ToImmutableArray();
        });

    /// <inheritdoc/>
    public Task<Page<Activity>> ListActivitiesAsync(GroupId group, PageRequest page, CancellationToken cancellationToken) =>
        Run(cancellationToken, () =>
        {
            page.EnsureLimit();
            var items = _trail.Before(group, PageCursor.ReadPosition(page.Cursor) ?? long.MaxValue, page.Limit + 1);
            return Page.Cut(items, page, activity => PageCursor.AfterPosition(activity.Position));
        });

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

    private static StoreException NotFound<TId>(string what, TId id) => new(StoreErrorKind.NotFound, $"there is no {what} {id}");

    private static StoreException Taken(string what, string name) =>
        new(StoreErrorKind.Duplicate, $"there is a {what} named '{name}' already");

    private static Page<Guid> PageOf<T>(NameIndex<T>? names, PageRequest page, bool includeArchived)
    {
        page.EnsureLimit();
        return names?.List(page, includeArchived) ?? new([], null);
    }

    private AccountCredential? LivingCredential(AccountId account, string name) =>
        _credentials.Values.FirstOrDefault(kept => kept.Account == account && kept.Name == name && kept.ArchivedAt is null);

    private void EnsureAccountKnown(AccountId account)
    {
        if (!_groupNames.ContainsKey(account))
        {
            throw NotFound("account", account);
        }
    }

    private Template LivingTemplate(Group group) =>
        _templates.TryGetValue(group.Template, out var template) && template.ArchivedAt is null && template.Account == group.Account
            ? template
            : throw NotFound("living template", group.Template);

    private MemoryGroup Leased(GroupLease lease) =>
        _groups.TryGetValue(lease.Group, out var row) && row.Honours(lease)
            ? row
            : throw new StoreException(StoreErrorKind.Fenced, $"lease {lease.Fence} of group {lease.Group} is over");

    private void ThrowIfPaused()
    {
        if (_pause.Pause is { } paused)
        {
            throw paused.ToException();
        }
    }

    private IdleStanding Judge(CheckRecord record) => _groups.TryGetValue(record.State.Group, out var row)
        ? IdleRule.Judge(row.IsLiving, row.Record.State.Fence, row.LeaseEndsAt, record.State, record.State.CheckedAt)
        : IdleStanding.PassedOver;

    private (MemoryGroup Row, ImmutableArray<Activity> Kept) RecordUnder(GroupLease lease, CheckRecord record)
    {
        record.EnsureOneGroup(lease.Group);
        var row = Leased(lease);
        _trail.EnsureNew(record.Activities);
        var kept = ImmutableArray.CreateBuilder<Activity>(record.Activities.Length);
        Write(row, record, lease.Fence, kept);
        return (row, kept.ToImmutable());
    }

    private void Write(MemoryGroup row, CheckRecord record, long fence, ImmutableArray<Activity>.Builder kept)
    {
        var written = row.Record with
        {
            State = record.State.Fence == fence ? record.State : record.State with { Fence = fence },
            OpenLaunches = row.OpenLaunchesWith(Keep(record.Launches)),
        };

        if (record.ArchivedAt is { } archivedAt && written.Group.Phase is GroupPhase.Draining)
        {
            Replace(row, written with { Group = written.Group with { Phase = GroupPhase.Archived, ArchivedAt = archivedAt } });
        }
        else
        {
            row.Record = written;
        }

        foreach (var activity in record.Activities)
        {
            kept.Add(_trail.Append(activity));
        }
    }

    /// <summary>Those that may be written: a launch of another group, and one whose story is over, stay as they are.</summary>
    private ImmutableArray<Launch> Keep(ImmutableArray<Launch> told)
    {
        if (told.IsEmpty)
        {
            return told;
        }

        var kept = told.RemoveAll(launch => _launches.TryGetValue(launch.Id, out var known) && (known.Group != launch.Group || !known.IsOpen));
        foreach (var launch in kept)
        {
            _launches[launch.Id] = (launch.Group, launch.IsOpen);
        }

        return kept;
    }

    private void Replace(MemoryGroup row, GroupRecord record)
    {
        Unindex(row);
        row.Record = record;
        Index(row);
    }

    private void Index(MemoryGroup row)
    {
        _groupNames[row.Record.Group.Account].Put(row, row.IsLiving);
        if (!row.IsLiving)
        {
            return;
        }

        Count(row, 1);
        if (!_sweeps.TryGetValue(row.Sweep, out var rows))
        {
            _sweeps.Add(row.Sweep, rows = []);
        }

        rows.Add(row.Record.Group.Id.Value, row);
    }

    private void Unindex(MemoryGroup row)
    {
        _groupNames[row.Record.Group.Account].Remove(row);
        if (!row.IsLiving)
        {
            return;
        }

        Count(row, -1);
        var rows = _sweeps[row.Sweep];
        rows.Remove(row.Record.Group.Id.Value);
        if (rows.Count == 0)
        {
            _sweeps.Remove(row.Sweep);
        }
    }

    /// <summary>A group that drains launches no more: it needs its template only for its name.</summary>
    private void Count(MemoryGroup row, int change)
    {
        if (row.Record.Group.Phase is GroupPhase.Active)
        {
            _activeGroupsOf[row.Record.Template.Id] = _activeGroupsOf.GetValueOrDefault(row.Record.Template.Id) + change;
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
#pragma warning disable CA1031 // Not swallowed: the task carries it to whoever awaits.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return Task.FromException<T>(error);
        }
    }
}
