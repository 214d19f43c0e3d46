using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Tables;

/// <summary>Groups, as users want them. What users change goes by their account's lane.</summary>
internal static class GroupTable
{
    private static readonly Statement FindById = new($"{GroupRecordRow.SelectOne} WHERE g.id = $1");

    private static readonly Statement FindLivingName =
        new($"{GroupRecordRow.SelectOne} WHERE g.account_id = $1 AND g.name = $2 AND g.archived_at IS NULL");

    private static readonly Statement FindAccount = new("SELECT account_id FROM groups WHERE id = $1");

    private static readonly Statement FindAccounts = new("SELECT id, account_id FROM groups WHERE id = ANY($1)");

    private static readonly Statement PageLiving = new(
        $"{GroupRecordRow.Select} WHERE g.account_id = $1 AND (g.name, g.id) > ($2, "
        + "$3) AND g.archived_at IS NULL ORDER BY g.name, g.id LIMIT $4");

    private static readonly Statement PageAll = new(
        $"{GroupRecordRow.Select} WHERE g.account_id = $1 AND (g.name, g.id) > ($2, $3) ORDER BY g.name, g.id LIMIT $4");

    private static readonly Statement InsertOne = new(
        """
        INSERT INTO groups (name, template_id, cloud, capacity_desired, capacity_min, capacity_max, interval_us, scale_in, brakes,
            suspended, phase, version, created_at, updated_at, archived_at, scaled_at, layout, revision, evacuations,
            held_until, scaled_by, scaled_for, health, repair, drain, hooks, traffic, lifetime_max_us, pool, account_id, id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12, $13, $14, $15, $16, $17::jsonb, $18, $19::jsonb, $20,
            $21, $22, $23::jsonb, $24::jsonb, $25::jsonb, $26::jsonb, $27::jsonb, $28, $29::jsonb, $30, $31)
        """);

    private static readonly Statement ReplaceOne = new(
        """
        UPDATE groups
        SET name = $1, template_id = $2, cloud = $3, capacity_desired = $4, capacity_min = $5, capacity_max = $6, interval_us = $7,
            scale_in = $8, brakes = $9::jsonb, suspended = $10, phase = $11, version = $12, created_at = $13, updated_at = $14,
            archived_at = $15, scaled_at = $16, layout = $17::jsonb, revision = $18, evacuations = $19::jsonb,
            held_until = $20, scaled_by = $21, scaled_for = $22, health = $23::jsonb, repair = $24::jsonb,
            drain = $25::jsonb, hooks = $26::jsonb, traffic = $27::jsonb, lifetime_max_us = $28, pool = $29::jsonb
        WHERE account_id = $30 AND id = $31
        """);

    private static readonly Statement ArchiveOne = new(
        "UPDATE groups SET phase = $1, archived_at = $2 WHERE id = $3 AND phase = $4");

    private static readonly Statement LockClaims = new(
        "SELECT archived_at IS NULL, claims FROM groups WHERE id = $1 FOR UPDATE");

    private static readonly Statement SetClaims = new("UPDATE groups SET claims = $1::jsonb WHERE id = $2");

    /// <remarks>Made again after an answer that was lost, it finds the claim as it is to be, and writes nothing.</remarks>
    public static async Task PutClaimAsync(Session session, GroupId id, Claim claim)
    {
        var claims = await LockClaimsAsync(session, id);
        if (claims is not { } kept)
        {
            await session.RollBackAsync();
            throw Refusal.NotFound("living group", id);
        }

        await WriteAsync(session, id, kept, ClaimRule.Put(kept, claim));
    }

    public static async Task EndClaimAsync(Session session, GroupId id, string source)
    {
        var claims = await LockClaimsAsync(session, id);
        await (claims is { } kept ? WriteAsync(session, id, kept, ClaimRule.End(kept, source)) : session.RollBackAsync());
    }

    public static Call Insert(Group group, string cloud) => Bind(InsertOne.Call(), group, cloud);

    public static Call Replace(Group group, string cloud) => Bind(ReplaceOne.Call(), group, cloud);

    /// <summary>Archives a group that drains.</summary>
    public static Call Archive(GroupId id, DateTimeOffset archivedAt) => ArchiveOne.Call()
        .BindWord(GroupPhase.Archived).Bind(archivedAt).Bind(id).BindWord(GroupPhase.Draining);

    public static Task<GroupRecord?> FindAsync(Session session, GroupId id, CancellationToken cancellationToken) =>
        FindAsync(session, FindById.Call().Bind(id), LaunchTable.ListOpen(id.Value), cancellationToken);

    public static Task<GroupRecord?> FindAsync(Session session, AccountId account, string name, CancellationToken cancellationToken) =>
        FindAsync(
            session,
            FindLivingName.Call().Bind(account).Bind(name),
            LaunchTable.ListOpen(account.Value, name),
            cancellationToken);

    /// <summary>Whose groups are; those that there are not are left out.</summary>
    public static Task<ImmutableArray<(GroupId Group, AccountId Account)>> FindAccountsAsync(
        Session session, IReadOnlyCollection<GroupId> groups, CancellationToken cancellationToken) =>
        session.ReadAllAsync(
            FindAccounts.Call().BindAll(groups, group => group.Value),
            row => (row.Id<GroupId>(), row.Id<AccountId>()),
            cancellationToken);

    /// <summary>Whose a group is; null when there is none.</summary>
    public static async Task<AccountId?> FindAccountAsync(Session session, GroupId id, CancellationToken cancellationToken) =>
        (await session.ReadAllAsync(FindAccount.Call().Bind(id), row => row.Id<AccountId>(), cancellationToken)) is [var account]
            ? account
            : null;

    public static async Task<Page<GroupRecord>> ListAsync(
        Session session, AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken)
    {
        var listed = await NamePage.ReadAsync(
            session,
            (includeArchived ? PageAll : PageLiving).Call().Bind(account),
            page,
            GroupRecordRow.Read,
            record => PageCursor.AfterName(record.Group.Name, record.Group.Id.Value),
            cancellationToken);
        return listed with { Items = await RevisionTable.CompleteAsync(session, listed.Items, known: null, cancellationToken) };
    }

    private static async Task<GroupRecord?> FindAsync(Session session, Call group, Call launches, CancellationToken cancellationToken)
    {
        var found = await session.ReadTogetherAsync(
            [group, launches],
            async results =>
            {
                var record = await results.FirstAsync(GroupRecordRow.ReadOne, cancellationToken);
                var open = await LaunchTable.ReadAsync(results, cancellationToken);
                return record is null ? null : record with { OpenLaunches = open };
            },
            cancellationToken);
        return found is null || !SpreadRule.IsSpread(found)
            ? found
            : (await RevisionTable.CompleteAsync(session, [found], known: null, cancellationToken))[0];
    }

    /// <summary>What is claimed of a living group's capacity, locked until the transaction ends; null when there is none.</summary>
    private static async Task<ImmutableArray<Claim>?> LockClaimsAsync(Session session, GroupId id)
    {
        var found = await session.BeginAsync(
            [LockClaims.Call().Bind(id)],
            results => results.ReadAllAsync(
                row => (IsLiving: row.Flag(), Claims: StoreJson.ReadClaims(row.TextOrNull())), CancellationToken.None));
        return found is [{ IsLiving: true, Claims: var claims }] ? claims : null;
    }

    private static Task WriteAsync(Session session, GroupId id, ImmutableArray<Claim> before, ImmutableArray<Claim> claims) =>
        claims.SequenceEqual(before)
            ? session.RollBackAsync()
            : session.CommitAsync([SetClaims.Call().BindJson(StoreJson.Write(claims)).Bind(id)]);

    private static Call Bind(Call call, Group group, string cloud) => call
        .Bind(group.Name).Bind(group.Template).Bind(cloud)
        .Bind(group.Capacity.Desired).Bind(group.Capacity.Min).Bind(group.Capacity.Max)
        .Bind(group.Interval).BindWord(group.ScaleIn).BindJson(StoreJson.Write(group.Brakes)).Bind((long)group.Suspended)
        .BindWord(group.Phase).Bind(group.Version).Bind(group.CreatedAt).Bind(group.UpdatedAt).Bind(group.ArchivedAt)
        .Bind(group.ScaledAt).BindJson(StoreJson.Write(group.Layout)).Bind((long?)GroupForm.RevisionOf(group))
        .BindJson(StoreJson.Write(group.Evacuations)).Bind(group.HeldUntil).Bind(group.ScaledBy).Bind(group.ScaledFor)
        .BindJson(StoreJson.Write(group.Health)).BindJson(StoreJson.Write(group.Repair))
        .BindJson(StoreJson.Write(group.Drain)).BindJson(StoreJson.Write(group.Hooks))
        .BindJson(StoreJson.Write(group.Traffic))
        .Bind(Microseconds.From(group.LifetimeMax)).BindJson(StoreJson.Write(group.Pool))
        .Bind(group.Account).Bind(group.Id);
}
