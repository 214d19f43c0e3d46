using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;
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
            group, accounts.IsKnown(group.Account), templates.Find(group.Template), _names.Of(group.Account).IsTaken(group.Name));
        trail.EnsureNew([activity]);
        var row = new MemoryGroup(new GroupRecord(group, template, new GroupState { Group = group.Id }, [])
        {
            PlacementTemplates = TemplatesOf(group),
        });
        row.KeepRevision(group, activity.Author);
        _rows.Add(group.Id, row);
        Index(row);
        trail.Append(activity);
        return true;
    }

    public void Update(Group changed, Activity activity)
    {
        var row = Find(changed.Id);
        var current = GroupRule.EnsureCurrent(row?.Record.Group, changed);
        var template = GroupRule.Change(
            current, changed, templates.Find(changed.Template), _names.Of(changed.Account).IsTaken(changed.Name));
        trail.EnsureNew([activity]);
        var present = TemplatesOf(changed);
        var before = row!.Record;
        Replace(row, before with
        {
            Group = changed,
            Template = template,
            PlacementTemplates = present,
            EarlierTemplates =
            [
                .. before.PlacementTemplates.Prepend(before.Template).Concat(before.EarlierTemplates)
                    .Where(one => one.Cloud != template.Cloud && present.All(other => other.Cloud != one.Cloud))
                    .DistinctBy(one => one.Cloud),
            ],
        });
        row.KeepRevision(changed, activity.Author);
        trail.Append(activity);
    }

    public Page<GroupRevision> ListRevisions(GroupId group, PageRequest page)
    {
        page.EnsureLimit();
        var after = PageCursor.ReadPosition(page.Cursor) ?? long.MaxValue;
        return Page.Cut(
            [.. (Find(group)?.Revisions ?? []).Where(one => one.Number < after).Take(page.Limit + 1)], page,
            one => PageCursor.AfterPosition(one.Number));
    }

    public MemoryGroup? Find(GroupId group) => _rows.GetValueOrDefault(group);

    public MemoryGroup? Find(AccountId account, string name) => _names.Of(account).Find(name);

    public Page<GroupRecord> List(AccountId account, PageRequest page, bool includeArchived) =>
        _names.Of(account).List(page, includeArchived).Select(id => _rows[new(id)].Record with { OpenLaunches = [] });

    public ImmutableArray<GroupRecord> Load(SweepKey sweep) =>
        _sweeps.TryGetValue(sweep, out var rows) ? [.. rows.Values.Select(row => row.Record)] : [];

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

    private ImmutableArray<Template> TemplatesOf(Group group) =>
        [.. (group.Layout?.Placements ?? []).Select(one => one.Template).Distinct().Select(id => templates.Find(id)!)];

    /// <summary>Whether an active group uses a template.</summary>
    public bool Use(TemplateId template) => _activeGroupsOf.GetValueOrDefault(template) > 0;

    public void Archive(MemoryGroup row, DateTimeOffset archivedAt) =>
        Replace(row, row.Record with { Group = row.Record.Group with { Phase = GroupPhase.Archived, ArchivedAt = archivedAt } });

    private void Replace(MemoryGroup row, GroupRecord record)
    {
        Unindex(row);
        row.Record = record;
        Index(row);
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
            _activeGroupsOf[row.Record.Template.Id] = _activeGroupsOf.GetValueOrDefault(row.Record.Template.Id) + change;
        }
    }
}
