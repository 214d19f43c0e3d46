using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Members;
using Muster.Core.Prices;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Memory;

/// <summary>
/// Groups as users want them, found by id, name, sweep and template. Not safe to share between threads: <see cref="MemoryStore"/> holds
/// its lock.
/// </summary>
internal sealed class MemoryGroups(MemoryAccounts accounts, MemoryTemplates templates, MemoryTrail trail)
{
    private readonly Dictionary<GroupId, MemoryGroup> _rows = [];
    private readonly NameIndexes<MemoryGroup> _names = new(row => row.Record.Group.Name, row => row.Record.Group.Id.Value);
    private readonly Dictionary<TemplateId, int> _activeGroupsOf = [];
    private readonly Dictionary<SweepKey, SortedDictionary<Guid, MemoryGroup>> _sweeps = [];

    /// <summary>Every account and cloud that a living group has, by account, then cloud.</summary>
    public IEnumerable<SweepKey> Sweeps =>
        _sweeps.Keys.OrderBy(sweep => sweep.Account.Value).ThenBy(sweep => sweep.Cloud, StringComparer.Ordinal);

    public bool Add(Group group, Activity activity)
    {
        if (_rows.ContainsKey(group.Id))
        {
            return false;
        }

        var template = GroupRule.Add(
            group, accounts.IsKnown(group.Account), templates.Find, _names.Of(group.Account).IsTaken(group.Name));
        trail.EnsureNew([activity]);
        var row = new MemoryGroup(new GroupRecord(group, template, new GroupState { Group = group.Id }, []));
        row.Keep(RevisionRule.Of(group, activity));
        _rows.Add(group.Id, row);
        Index(row);
        trail.Append(activity);
        return true;
    }

    public void Update(Group changed, Activity activity, ImmutableArray<NoteChange> said = default, Activity? told = null)
    {
        var row = Find(changed.Id);
        var current = GroupRule.EnsureCurrent(row?.Record.Group, changed);
        var template = GroupRule.Change(
            current, changed, templates.Find, _names.Of(changed.Account).IsTaken(changed.Name));
        var before = row!.Record.Notes;
        var notes = said.IsDefaultOrEmpty
            ? before
            : NoteRule.Apply(before, said, new(changed.Drain, changed.Hooks, row.Record.State.Members));
        StayRule.EnsureMayStay(before, notes, row.Record.State.RecentTerminations);
        var isTold = told is not null && notes != before;
        trail.EnsureNew(isTold ? [activity, told!] : [activity]);
        Replace(row, row.Record with { Group = changed, Template = template, Notes = notes });
        foreach (var revision in RevisionRule.Of(current, changed, activity))
        {
            row.Keep(revision);
        }

        trail.Append(activity);
        if (isTold)
        {
            trail.Append(told!);
        }
    }

    public MemoryGroup? Find(GroupId group) => _rows.GetValueOrDefault(group);

    /// <summary>The group, with all that is to be known of its places; null when there is none.</summary>
    public GroupRecord? Read(GroupId group) => Find(group) is { } row ? Read(row) : null;

    /// <summary>The living group of that name, likewise.</summary>
    public GroupRecord? Read(AccountId account, string name) => Find(account, name) is { } row ? Read(row) : null;

    public MemoryGroup? Find(AccountId account, string name) => _names.Of(account).Find(name);

    public Page<GroupRecord> List(AccountId account, PageRequest page, bool includeArchived) =>
        _names.Of(account).List(page, includeArchived).Select(id => Read(_rows[new(id)]) with { OpenLaunches = [], AccountSpend = null });

    public ImmutableArray<GroupRecord> Load(SweepKey sweep)
    {
        var spent = SpentOf(sweep.Account);
        return _sweeps.TryGetValue(sweep, out var rows) ? [.. rows.Values.Select(row => Read(row, spent))] : [];
    }

    public Page<GroupRevision> ListRevisions(GroupId group, PageRequest page)
    {
        var before = TrailRule.Before(page);
        var revisions = Find(group)?.Revisions ?? [];
        return Page.Cut(
            [.. revisions.Where(revision => revision.Number < before).OrderByDescending(revision => revision.Number).Take(page.Limit + 1)],
            page,
            revision => PageCursor.AfterPosition(revision.Number));
    }

    public GroupRevision? FindRevision(GroupId group, int revision) =>
        Find(group)?.Revisions.FirstOrDefault(kept => kept.Number == revision);

    public void PutClaim(GroupId group, Claim claim)
    {
        if (Find(group) is not { IsLiving: true } row)
        {
            throw Refusal.NotFound("living group", group);
        }

        row.Record = row.Record with { Claims = ClaimRule.Put(row.Record.Claims, claim) };
    }

    public void EndClaim(GroupId group, string source)
    {
        if (Find(group) is { IsLiving: true } row)
        {
            row.Record = row.Record with { Claims = ClaimRule.End(row.Record.Claims, source) };
        }
    }

    public ImmutableArray<MemberNote> Note(GroupId group, ImmutableArray<NoteChange> changes, Activity? activity)
    {
        NoteRule.EnsureOf(group, activity);
        var said = NoteRule.AsKept(changes);
        if (Find(group) is not { IsLiving: true } row)
        {
            throw Refusal.NotFound("living group", group);
        }

        var before = row.Record.Notes;
        var known = row.Record;
        var after = NoteRule.Apply(before, said, new(known.Group.Drain, known.Group.Hooks, known.State.Members));
        if (after == before)
        {
            return before;
        }

        StayRule.EnsureMayStay(before, after, row.Record.State.RecentTerminations);
        if (activity is not null)
        {
            trail.EnsureNew([activity]);
        }

        row.Record = row.Record with { Notes = after };
        if (activity is not null)
        {
            trail.Append(activity);
        }

        return after;
    }

    /// <summary>Every group.</summary>
    public IEnumerable<MemoryGroup> All => _rows.Values;

    /// <summary>The active groups that rounds evaluate, by id, with all that is to be known of their places.</summary>
    public IEnumerable<(MemoryGroup Row, GroupRecord Record)> ReadSteered() => _rows.Values
        .Where(row => row.Record.Group.Phase is GroupPhase.Active && PoliciesRule.IsSteered(row.Record.Policies) is true)
        .OrderBy(row => row.Record.Group.Id.Value)
        .Select(row => (row, Read(row, account: null)));

    /// <summary>Whether an active group uses a template.</summary>
    public bool Use(TemplateId template) => _activeGroupsOf.GetValueOrDefault(template) > 0;

    public void Archive(MemoryGroup row, DateTimeOffset archivedAt) =>
        Replace(row, row.Record with { Group = row.Record.Group with { Phase = GroupPhase.Archived, ArchivedAt = archivedAt } });

    /// <summary>What a group's account may spend; null where nobody limits it.</summary>
    public AccountSpend? SpendOf(MemoryGroup row) => Without(row, SpentOf(row.Record.Group.Account));

    /// <summary>What the living groups of each account cost together.</summary>
    public ImmutableDictionary<AccountId, decimal> SumSpend() => _rows.Values.Where(row => row.IsLiving)
        .Where(row => row.Record.State.SpendPerHour > 0)
        .GroupBy(row => row.Record.Group.Account, row => row.Record.State.SpendPerHour)
        .ToImmutableDictionary(account => account.Key, account => account.Sum());

    private static AccountSpend? Without(MemoryGroup row, AccountSpend? account) => account is null
        ? null
        : account with { Others = account.Others - row.Record.State.SpendPerHour };

    /// <summary>What an account may spend, and what all of its living groups cost; null where nobody limits it.</summary>
    private AccountSpend? SpentOf(AccountId account) => accounts.Find(account)?.SpendPerHourMax is { } max
        ? new(max, _rows.Values.Where(row => row.IsLiving && row.Record.Group.Account == account).Sum(row => row.Record.State.SpendPerHour))
        : null;

    private GroupRecord Read(MemoryGroup row) => Read(row, SpentOf(row.Record.Group.Account));

    private GroupRecord Read(MemoryGroup row, AccountSpend? account)
    {
        var record = account is null ? row.Record : row.Record with { AccountSpend = Without(row, account) };
        return SpreadRule.IsSpread(record)
            ? SpreadRule.Complete(record, row.Revisions.Where(revision => SpreadRule.IsEarlier(record, revision)), templates.Find)
            : record;
    }

    private void Replace(MemoryGroup row, GroupRecord record)
    {
        Unindex(row);
        row.Record = record;
        Index(row);
        if (!row.IsLiving)
        {
            // Nobody asks any more what it was steered by, and what was said of its instances.
            row.Record = row.Record with { Notes = [] };
            (row.Steering, row.Words, row.Pushed) = (SteeringState.None, [], []);
            row.Forget(_ => true);
        }
    }

    private void Index(MemoryGroup row)
    {
        _names.Of(row.Record.Group.Account).Put(row, row.IsLiving);
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
        _names.Of(row.Record.Group.Account).Remove(row);
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

    private void Count(MemoryGroup row, int change)
    {
        if (row.Record.Group.Phase is GroupPhase.Active)
        {
            foreach (var template in RevisionRule.TemplatesOf(row.Record.Group))
            {
                _activeGroupsOf[template] = _activeGroupsOf.GetValueOrDefault(template) + change;
            }
        }
    }
}
