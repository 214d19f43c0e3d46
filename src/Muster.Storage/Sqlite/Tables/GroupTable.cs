using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

internal static class GroupTable
{
    private static readonly Statement FindById = new($"{GroupRecordRow.SelectOne} WHERE g.id = ?");

    private static readonly Statement FindLivingName =
        new($"{GroupRecordRow.SelectOne} WHERE g.account_id = ? AND g.name = ? AND g.archived_at IS NULL");

    private static readonly Statement PageLiving = new(
        $"{GroupRecordRow.Select} WHERE g.account_id = ? "
        + "AND (g.name, g.id) > (?, ?) AND g.archived_at IS NULL ORDER BY g.name, g.id LIMIT ?");

    private static readonly Statement PageAll = new(
        $"{GroupRecordRow.Select} WHERE g.account_id = ? AND (g.name, g.id) > (?, ?) ORDER BY g.name, g.id LIMIT ?");

    private static readonly Statement Get = new($"SELECT {GroupRow.Columns} FROM groups g WHERE g.id = ?");

    private static readonly Statement HasLivingName = new(
        "SELECT 1 FROM groups WHERE account_id = ? AND name = ? AND archived_at IS NULL");

    private static readonly Statement Insert = new(
        """
        INSERT INTO groups (name, template_id, cloud, capacity_desired, capacity_min, capacity_max, interval_us, scale_in, brakes,
            suspended, phase, version, created_at, updated_at, archived_at, scaled_at, layout, revision, evacuations,
            held_until, scaled_by, scaled_for, health, repair, drain, hooks, traffic, lifetime_max_us, pool, account_id, id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    private static readonly Statement Replace = new(
        """
        UPDATE groups
        SET name = ?, template_id = ?, cloud = ?, capacity_desired = ?, capacity_min = ?, capacity_max = ?, interval_us = ?,
            scale_in = ?, brakes = ?, suspended = ?, phase = ?, version = ?, created_at = ?, updated_at = ?, archived_at = ?,
            scaled_at = ?, layout = ?, revision = ?, evacuations = ?, held_until = ?, scaled_by = ?,
            scaled_for = ?, health = ?, repair = ?, drain = ?, hooks = ?, traffic = ?, lifetime_max_us = ?, pool = ?
        WHERE account_id = ? AND id = ?
        """);

    private static readonly Statement SetArchived = new("UPDATE groups SET phase = ?, archived_at = ? WHERE id = ? AND phase = ?");

    private static readonly Statement SetClaims = new("UPDATE groups SET claims = ? WHERE id = ?");

    /// <summary>Whose a group is; null when there is no such group.</summary>
    public static AccountId? FindAccount(SqliteSession session, GroupId group) =>
        session.Query(Get).Bind(group).First(GroupRow.Read)?.Account;

    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>.</exception>
    public static void EnsureKnown(SqliteSession session, GroupId group)
    {
        if (!session.Query(Get).Bind(group).Any())
        {
            throw Refusal.NotFound("group", group);
        }
    }

    public static bool Add(SqliteSession session, Group group, Activity activity)
    {
        if (session.Query(Get).Bind(group.Id).Any())
        {
            return false;
        }

        var template = GroupRule.Add(
            group,
            AccountTable.IsKnown(session, group.Account),
            id => TemplateTable.Find(session, id),
            IsNameTaken(session, group));
        Bind(session.Query(Insert), group, template.Cloud).Run();
        RevisionTable.Keep(session, RevisionRule.Of(group, activity));
        StateTable.Add(session, group.Id);
        StateTable.Append(session, group.Id, activity);
        return true;
    }

    public static GroupRecord? Find(SqliteSession session, GroupId id) =>
        WithLaunches(session, session.Query(FindById).Bind(id).First(GroupRecordRow.ReadOne));

    public static GroupRecord? Find(SqliteSession session, AccountId account, string name) =>
        WithLaunches(session, session.Query(FindLivingName).Bind(account).Bind(name).First(GroupRecordRow.ReadOne));

    public static Page<GroupRecord> List(SqliteSession session, AccountId account, PageRequest page, bool includeArchived)
    {
        var listed = NamePage.Read(
            session.Query(includeArchived ? PageAll : PageLiving).Bind(account),
            page,
            GroupRecordRow.Read,
            record => PageCursor.AfterName(record.Group.Name, record.Group.Id.Value));
        return listed with { Items = RevisionTable.Complete(session, listed.Items, known: null) };
    }

    public static void Update(SqliteSession session, Group changed, Activity activity)
    {
        var current = GroupRule.EnsureCurrent(session.Query(Get).Bind(changed.Id).First(GroupRow.Read), changed);
        var template = GroupRule.Change(current, changed, id => TemplateTable.Find(session, id), IsNameTaken(session, changed));
        Bind(session.Query(Replace), changed, template.Cloud).Run();
        foreach (var revision in RevisionRule.Of(current, changed, activity))
        {
            RevisionTable.Keep(session, revision);
        }

        if (changed.ArchivedAt is not null)
        {
            ForgetVoices(session, changed.Id);
        }

        StateTable.Append(session, changed.Id, activity);
    }

    public static void PutClaim(SqliteSession session, GroupId id, Claim claim)
    {
        var claims = FindClaims(session, id) ?? throw Refusal.NotFound("living group", id);
        Write(session, id, claims, ClaimRule.Put(claims, claim));
    }

    public static void EndClaim(SqliteSession session, GroupId id, string source)
    {
        if (FindClaims(session, id) is { } claims)
        {
            Write(session, id, claims, ClaimRule.End(claims, source));
        }
    }

    /// <summary>Archives a group that drains; one that its owner took back stays.</summary>
    public static void Archive(SqliteSession session, GroupId id, DateTimeOffset archivedAt)
    {
        var archived = session.Query(SetArchived)
            .BindWord(GroupPhase.Archived).Bind(archivedAt).Bind(id).BindWord(GroupPhase.Draining)
            .Run();
        if (archived > 0)
        {
            ForgetVoices(session, id);
        }
    }

    /// <summary>Nobody asks any more what an archived group was steered by, and what was said of its instances.</summary>
    private static void ForgetVoices(SqliteSession session, GroupId id)
    {
        NoteTable.Forget(session, id);
        SteeringTable.Forget(session, id);
        ReadingTable.Forget(session, id);
        PushedTable.Forget(session, id);
    }

    /// <summary>What is claimed of a living group's capacity; null when there is none.</summary>
    private static ImmutableArray<Claim>? FindClaims(SqliteSession session, GroupId id) =>
        session.Query(FindById).Bind(id).First(GroupRecordRow.Read) is { Group.ArchivedAt: null, Claims: var claims } ? claims : null;

    private static void Write(SqliteSession session, GroupId id, ImmutableArray<Claim> before, ImmutableArray<Claim> claims)
    {
        if (!claims.SequenceEqual(before))
        {
            session.Query(SetClaims).Bind(StoreJson.Write(claims)).Bind(id).Run();
        }
    }

    private static bool IsNameTaken(SqliteSession session, Group group) =>
        session.Query(HasLivingName).Bind(group.Account).Bind(group.Name).Any();

    private static Query Bind(Query query, Group group, string cloud) => query
        .Bind(group.Name).Bind(group.Template).Bind(cloud)
        .Bind(group.Capacity.Desired).Bind(group.Capacity.Min).Bind(group.Capacity.Max)
        .Bind(group.Interval).BindWord(group.ScaleIn).Bind(StoreJson.Write(group.Brakes)).Bind((long)group.Suspended)
        .BindWord(group.Phase).Bind(group.Version).Bind(group.CreatedAt).Bind(group.UpdatedAt).Bind(group.ArchivedAt)
        .Bind(group.ScaledAt).Bind(StoreJson.Write(group.Layout)).Bind((long?)GroupForm.RevisionOf(group))
        .Bind(StoreJson.Write(group.Evacuations)).Bind(group.HeldUntil).Bind(group.ScaledBy).Bind(group.ScaledFor)
        .Bind(StoreJson.Write(group.Health)).Bind(StoreJson.Write(group.Repair))
        .Bind(StoreJson.Write(group.Drain)).Bind(StoreJson.Write(group.Hooks)).Bind(StoreJson.Write(group.Traffic))
        .Bind(Microseconds.From(group.LifetimeMax)).Bind(StoreJson.Write(group.Pool))
        .Bind(group.Account).Bind(group.Id);

    private static GroupRecord? WithLaunches(SqliteSession session, GroupRecord? record) => record is null
        ? null
        : RevisionTable.Complete(session, record with { OpenLaunches = LaunchTable.ListOpen(session, record.Group.Id) });
}
