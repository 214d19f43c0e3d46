using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Templates;

namespace Muster.Core.Storage.Memory;

/// <summary>
/// The store of whoever needs none: a <c>muster scale</c> run, a simulated world, a test. The reference for what the port means.
/// </summary>
/// <remarks>Every method completes before it returns, so that a simulated world stays on its one thread.</remarks>
/// <param name="installation">This installation.</param>
public sealed class MemoryStore(InstallationId installation) : IStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Account> accounts = [];
    private readonly Dictionary<TokenId, Token> tokens = [];
    private readonly Dictionary<TemplateId, Template> templates = [];
    private readonly Dictionary<(AccountId Account, string Name), TemplateId> livingTemplates = [];
    private readonly Dictionary<GroupId, GroupShelf> groups = [];
    private readonly Dictionary<(AccountId Account, string Name), GroupId> livingGroups = [];
    private readonly Dictionary<SweepKey, SortedDictionary<GroupId, GroupShelf>> sweeps = [];
    private readonly SortedDictionary<long, Activity> trail = [];
    private long position;

    /// <inheritdoc/>
    public InstallationId Installation { get; } = installation;

    /// <inheritdoc/>
    public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<Account> EnsureAccountAsync(Account account, CancellationToken cancellationToken) => Locked(() =>
    {
        accounts.TryAdd(account.Name, account);
        return accounts[account.Name];
    });

    /// <inheritdoc/>
    public Task<Account?> FindAccountAsync(string name, CancellationToken cancellationToken) =>
        Locked(() => accounts.GetValueOrDefault(name));

    /// <inheritdoc/>
    public Task AddTokenAsync(Token token, CancellationToken cancellationToken) => Locked(() =>
    {
        if (tokens.Values.Any(other => other.Account == token.Account && other.Name == token.Name && other.RevokedAt is null))
        {
            throw new StoreException(StoreErrorKind.Duplicate, $"there is a token '{token.Name}' already");
        }

        tokens.Add(token.Id, token);
        return token;
    });

    /// <inheritdoc/>
    public Task<Token?> FindTokenAsync(ImmutableArray<byte> secretHash, CancellationToken cancellationToken) =>
        Locked(() => tokens.Values.FirstOrDefault(token => token.SecretHash.AsSpan().SequenceEqual(secretHash.AsSpan())));

    /// <inheritdoc/>
    public Task<ImmutableArray<Token>> ListTokensAsync(AccountId account, CancellationToken cancellationToken) =>
        Locked(() => tokens.Values.Where(token => token.Account == account)
            .OrderByDescending(token => token.CreatedAt).ThenBy(token => token.Id.Value).ToImmutableArray());

    /// <inheritdoc/>
    public Task<Token> RevokeTokenAsync(AccountId account, TokenId token, DateTimeOffset now, CancellationToken cancellationToken) => Locked(() =>
    {
        if (!tokens.TryGetValue(token, out var kept) || kept.Account != account)
        {
            throw new StoreException(StoreErrorKind.NotFound, $"there is no token {token}");
        }

        return tokens[token] = kept with { RevokedAt = kept.RevokedAt ?? now };
    });

    /// <inheritdoc/>
    public Task AddTemplateAsync(Template template, CancellationToken cancellationToken) => Locked(() =>
    {
        if (templates.TryGetValue(template.Id, out var kept))
        {
            return kept;
        }

        if (!livingTemplates.TryAdd((template.Account, template.Name), template.Id))
        {
            throw new StoreException(StoreErrorKind.Duplicate, $"there is a template '{template.Name}' already");
        }

        return templates[template.Id] = template;
    });

    /// <inheritdoc/>
    public Task<Template?> FindTemplateAsync(TemplateId template, CancellationToken cancellationToken) =>
        Locked(() => templates.GetValueOrDefault(template));

    /// <inheritdoc/>
    public Task<Template?> FindTemplateAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        Locked(() => livingTemplates.TryGetValue((account, name), out var id) ? templates[id] : null);

    /// <inheritdoc/>
    public Task<Page<Template>> ListTemplatesAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) => Locked(() => PageByName(
            templates.Values.Where(template => template.Account == account && (includeArchived || template.ArchivedAt is null)),
            template => template.Name,
            template => template.Id.Value,
            page));

    /// <inheritdoc/>
    public Task<Template> ArchiveTemplateAsync(TemplateId template, DateTimeOffset now, CancellationToken cancellationToken) => Locked(() =>
    {
        if (!templates.TryGetValue(template, out var kept))
        {
            throw new StoreException(StoreErrorKind.NotFound, $"there is no template {template}");
        }

        if (kept.ArchivedAt is not null)
        {
            return kept;
        }

        if (groups.Values.FirstOrDefault(shelf => shelf.IsLiving && shelf.Group.Template == template) is { } user)
        {
            throw new StoreException(StoreErrorKind.InUse, $"template '{kept.Name}' is used by group '{user.Group.Name}'");
        }

        livingTemplates.Remove((kept.Account, kept.Name));
        return templates[template] = kept with { ArchivedAt = now };
    });

    /// <inheritdoc/>
    public Task AddGroupAsync(Group group, Activity activity, CancellationToken cancellationToken) => Locked(() =>
    {
        if (groups.TryGetValue(group.Id, out var kept))
        {
            return kept;
        }

        RequireLivingTemplate(group.Template);
        if (!livingGroups.TryAdd((group.Account, group.Name), group.Id))
        {
            throw new StoreException(StoreErrorKind.Duplicate, $"there is a group '{group.Name}' already");
        }

        var shelf = groups[group.Id] = new(group);
        SweepOf(group)[group.Id] = shelf;
        Append(shelf, activity);
        return shelf;
    });

    /// <inheritdoc/>
    public Task<GroupRecord?> FindGroupAsync(GroupId group, CancellationToken cancellationToken) =>
        Locked(() => groups.TryGetValue(group, out var shelf) ? Record(shelf) : null);

    /// <inheritdoc/>
    public Task<GroupRecord?> FindGroupAsync(AccountId account, string name, CancellationToken cancellationToken) =>
        Locked(() => livingGroups.TryGetValue((account, name), out var id) ? Record(groups[id]) : null);

    /// <inheritdoc/>
    public Task<Page<GroupRecord>> ListGroupsAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) => Locked(() =>
        {
            var found = PageByName(
                groups.Values.Where(shelf => shelf.Group.Account == account && (includeArchived || shelf.IsLiving)),
                shelf => shelf.Group.Name,
                shelf => shelf.Group.Id.Value,
                page);
            return new Page<GroupRecord>([.. found.Items.Select(shelf => Record(shelf) with { OpenLaunches = [] })], found.NextCursor);
        });

    /// <inheritdoc/>
    public Task UpdateGroupAsync(Group changed, Activity activity, CancellationToken cancellationToken) => Locked(() =>
    {
        if (!groups.TryGetValue(changed.Id, out var shelf))
        {
            throw new StoreException(StoreErrorKind.NotFound, $"there is no group {changed.Id}");
        }

        if (shelf.Group.Version != changed.Version - 1 || !shelf.IsLiving)
        {
            throw new StoreException(StoreErrorKind.Stale, $"group '{shelf.Group.Name}' was changed by somebody else: it is at version {shelf.Group.Version}");
        }

        if (changed.Template != shelf.Group.Template)
        {
            RequireLivingTemplate(changed.Template);
        }

        if (changed.Name != shelf.Group.Name && changed.Phase is not GroupPhase.Archived
            && livingGroups.ContainsKey((changed.Account, changed.Name)))
        {
            throw new StoreException(StoreErrorKind.Duplicate, $"there is a group '{changed.Name}' already");
        }

        Replace(shelf, changed);
        Append(shelf, activity);
        return shelf;
    });

    /// <inheritdoc/>
    public Task<ImmutableArray<SweepKey>> ListSweepsAsync(CancellationToken cancellationToken) =>
        Locked(() => sweeps.Where(sweep => sweep.Value.Count > 0).Select(sweep => sweep.Key)
            .OrderBy(key => key.Account.Value).ThenBy(key => key.Cloud, StringComparer.Ordinal).ToImmutableArray());

    /// <inheritdoc/>
    public Task<ImmutableArray<GroupRecord>> LoadSweepAsync(SweepKey sweep, CancellationToken cancellationToken) =>
        Locked(() => sweeps.TryGetValue(sweep, out var shelves) ? shelves.Values.Select(Record).ToImmutableArray() : []);

    /// <inheritdoc/>
    public Task<GroupLease?> TryAcquireLeaseAsync(
        GroupId group, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) => Locked(() =>
        {
            if (!groups.TryGetValue(group, out var shelf) || shelf.State.Fence != expectedFence || shelf.Lease?.EndsAt > now)
            {
                return null;
            }

            var lease = new GroupLease(group, holder, expectedFence + 1, now + duration);
            shelf.Lease = lease;
            shelf.State = shelf.State with { Fence = lease.Fence };
            return lease;
        });

    /// <inheritdoc/>
    public Task<GroupLease> RenewLeaseAsync(
        GroupLease lease, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) => Locked(() =>
        {
            var renewed = lease with { EndsAt = now + duration };
            RequireNewest(lease).Lease = renewed;
            return renewed;
        });

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordAsync(GroupLease lease, CheckRecord record, CancellationToken cancellationToken) =>
        Locked(() => Keep(RequireNewest(lease), record));

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordAndReleaseAsync(
        GroupLease lease, CheckRecord record, CancellationToken cancellationToken) => Locked(() =>
        {
            var shelf = RequireNewest(lease);
            shelf.Lease = null;
            return Keep(shelf, record);
        });

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> RecordIdleAsync(ImmutableArray<CheckRecord> records, CancellationToken cancellationToken) => Locked(() =>
    {
        var kept = ImmutableArray.CreateBuilder<Activity>();
        foreach (var record in records)
        {
            if (groups.TryGetValue(record.State.Group, out var shelf)
                && shelf.State.Fence == record.State.Fence && !(shelf.Lease?.EndsAt > record.State.CheckedAt))
            {
                kept.AddRange(Keep(shelf, record));
            }
        }

        return kept.DrainToImmutable();
    });

    /// <inheritdoc/>
    public Task<Page<Activity>> ListActivitiesAsync(GroupId group, PageRequest page, CancellationToken cancellationToken) => Locked(() =>
    {
        var before = page.Cursor is null ? long.MaxValue : ParsePosition(page.Cursor);
        var found = groups.TryGetValue(group, out var shelf)
            ? shelf.Trail.Reverse().Where(at => at < before).Take(page.Limit + 1).Select(at => trail[at]).ToList()
            : [];
        var items = found.Take(page.Limit).ToImmutableArray();
        return new Page<Activity>(
            items, found.Count > page.Limit ? items[^1].Position.ToString(CultureInfo.InvariantCulture) : null);
    });

    /// <inheritdoc/>
    public Task<ImmutableArray<Activity>> ReadActivitiesAsync(
        AccountId account, long afterPosition, int limit, CancellationToken cancellationToken) => Locked(() =>
            trail.Where(entry => entry.Key > afterPosition && entry.Value.Account == account)
                .Take(limit).Select(entry => entry.Value).ToImmutableArray());

    /// <inheritdoc/>
    public Task<long> LastPositionAsync(CancellationToken cancellationToken) => Locked(() => position);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Page<T> PageByName<T>(IEnumerable<T> all, Func<T, string> name, Func<T, Guid> id, PageRequest page)
    {
        var after = page.Cursor?.Split('/');
        var rest = all
            .Select(item => (Item: item, Key: (Name: name(item), Id: id(item).ToString())))
            .Where(pair => after is null || Compare(pair.Key, (after[0], after[1])) > 0)
            .Order(Comparer<(T Item, (string Name, string Id) Key)>.Create((a, b) => Compare(a.Key, b.Key)))
            .Take(page.Limit + 1)
            .ToList();
        var items = rest.Take(page.Limit).ToList();
        return new(
            [.. items.Select(pair => pair.Item)],
            rest.Count > page.Limit ? $"{items[^1].Key.Name}/{items[^1].Key.Id}" : null);
    }

    private static int Compare((string Name, string Id) a, (string Name, string Id) b) =>
        string.CompareOrdinal(a.Name, b.Name) is var byName and not 0 ? byName : string.CompareOrdinal(a.Id, b.Id);

    private static long ParsePosition(string cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? at
            : throw new InputException("cursor", cursor, "the next_cursor of the page before");

    private Task<T> Locked<T>(Func<T> action)
    {
        try
        {
            lock (gate)
            {
                return Task.FromResult(action());
            }
        }
        catch (StoreException error)
        {
            return Task.FromException<T>(error);
        }
    }

    private GroupRecord Record(GroupShelf shelf) => new(
        shelf.Group,
        templates[shelf.Group.Template],
        shelf.State,
        [.. shelf.OpenLaunches.Values.OrderBy(launch => launch.CreatedAt).ThenBy(launch => launch.Id.Value)]);

    private ImmutableArray<Activity> Keep(GroupShelf shelf, CheckRecord record)
    {
        shelf.State = record.State with { Fence = shelf.State.Fence };
        foreach (var launch in record.Launches)
        {
            if (launch.IsOpen)
            {
                shelf.OpenLaunches[launch.Id] = launch;
            }
            else
            {
                shelf.OpenLaunches.Remove(launch.Id);
            }
        }

        if (record.ArchivedAt is { } archivedAt && shelf.IsLiving)
        {
            Replace(shelf, shelf.Group with { Phase = GroupPhase.Archived, ArchivedAt = archivedAt, Version = shelf.Group.Version + 1 });
        }

        return [.. record.Activities.Select(activity => Append(shelf, activity))];
    }

    private Activity Append(GroupShelf shelf, Activity activity)
    {
        position++;
        if (shelf.Trail.Count > 0 && trail[shelf.Trail.Max] is var last && last.Repeats(activity))
        {
            trail.Remove(last.Position);
            shelf.Trail.Remove(last.Position);
            activity = last with { Count = last.Count + activity.Count, LastAt = activity.LastAt };
        }

        shelf.Trail.Add(position);
        return trail[position] = activity with { Position = position };
    }

    private void Replace(GroupShelf shelf, Group changed)
    {
        var was = shelf.Group;
        livingGroups.Remove((was.Account, was.Name));
        SweepOf(was).Remove(was.Id);
        shelf.Group = changed;
        if (shelf.IsLiving)
        {
            livingGroups[(changed.Account, changed.Name)] = changed.Id;
            SweepOf(changed)[changed.Id] = shelf;
        }
    }

    private SortedDictionary<GroupId, GroupShelf> SweepOf(Group group)
    {
        var key = new SweepKey(group.Account, templates[group.Template].Cloud);
        return sweeps.TryGetValue(key, out var shelves)
            ? shelves
            : sweeps[key] = new(Comparer<GroupId>.Create((a, b) => a.Value.CompareTo(b.Value)));
    }

    private void RequireLivingTemplate(TemplateId template)
    {
        if (!templates.TryGetValue(template, out var kept) || kept.ArchivedAt is not null)
        {
            throw new StoreException(StoreErrorKind.NotFound, kept is null ? $"there is no template {template}" : $"template '{kept.Name}' is archived");
        }
    }

    private GroupShelf RequireNewest(GroupLease lease) =>
        groups.TryGetValue(lease.Group, out var shelf) && shelf.State.Fence == lease.Fence && shelf.Lease is not null
            ? shelf
            : throw new StoreException(StoreErrorKind.Fenced, $"the lease of group {lease.Group} was taken by somebody else");

    /// <summary>All that is kept of one group.</summary>
    private sealed class GroupShelf(Group group)
    {
        public Group Group { get; set; } = group;

        public GroupState State { get; set; } = new() { Group = group.Id };

        public GroupLease? Lease { get; set; }

        public Dictionary<LaunchId, Launch> OpenLaunches { get; } = [];

        /// <summary>Positions in the trail.</summary>
        public SortedSet<long> Trail { get; } = [];

        public bool IsLiving => Group.Phase is not GroupPhase.Archived;
    }
}
