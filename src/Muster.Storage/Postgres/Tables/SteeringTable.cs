using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Tables;

/// <summary>Policies, and what rounds concluded. What the trail learns of goes by the account's lane.</summary>
internal static class SteeringTable
{
    private static readonly Statement FindVoices = new("SELECT g.id, g.claims, g.policies FROM groups g WHERE g.id = ANY($1)");

    private static readonly Statement SetClaims = new(
        """
        UPDATE groups AS g SET claims = u.claims::jsonb
        FROM unnest($1::uuid[], $2::text[]) AS u (id, claims)
        WHERE g.id = u.id
        """);

    private static readonly Statement SetPolicies = new(
        """
        UPDATE groups AS g SET policies = u.policies::jsonb, is_steered = u.is_steered
        FROM unnest($1::uuid[], $2::text[], $3::boolean[]) AS u (id, policies, is_steered)
        WHERE g.id = u.id
        """);

    private static readonly Statement FindState = new($"SELECT {SteeringRow.Columns} FROM steering_states e WHERE e.group_id = $1");

    // Groups that do not live any more are passed over.
    private static readonly Statement Save = new(
        """
        INSERT INTO steering_states (group_id, evaluated_at, conclusion, outcomes)
        SELECT u.group_id, u.evaluated_at, u.conclusion, u.outcomes::jsonb
        FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[]) AS u (group_id, evaluated_at, conclusion, outcomes)
            JOIN groups g ON g.id = u.group_id AND g.archived_at IS NULL
        ON CONFLICT (group_id) DO UPDATE
        SET evaluated_at = excluded.evaluated_at, conclusion = excluded.conclusion, outcomes = excluded.outcomes, updated_at = now()
        """);

    private static readonly Statement ForgetOne = new(
        """
        UPDATE steering_states SET evaluated_at = NULL, conclusion = NULL, outcomes = NULL, updated_at = now() WHERE group_id = $1
        """);

    private static readonly Statement ListTemplates = new(
        $"""
        SELECT {TemplateRow.Columns} FROM templates t
        WHERE t.id IN (SELECT template_id FROM groups WHERE is_steered = true AND archived_at IS NULL)
        """);

    private static readonly Statement ListGroups = new(
        $"""
        SELECT {SteeredRows.Columns}
        FROM groups g JOIN group_states s ON s.group_id = g.id LEFT JOIN steering_states e ON e.group_id = g.id
        WHERE g.is_steered = true AND g.archived_at IS NULL AND g.phase = $1
        ORDER BY g.id
        """);

    public static async Task<ImmutableArray<SteeredGroup>> ListAsync(Session session, CancellationToken cancellationToken)
    {
        var (groups, known) = await session.ReadTogetherAsync(
            [ListTemplates.Call(), ListGroups.Call().BindWord(GroupPhase.Active)],
            async results =>
            {
                var rows = new SteeredRows(await results.ReadAllAsync(TemplateRow.Read, cancellationToken));
                return (await results.ReadAllAsync(rows.Read, cancellationToken), rows.Templates);
            },
            cancellationToken);
        var records = await RevisionTable.CompleteAsync(
            session, [.. groups.Select(group => group.Record)], known, cancellationToken);
        return [.. groups.Zip(records, (group, record) => group with { Record = record })];
    }

    public static async Task<SteeringState> FindAsync(Session session, GroupId group, CancellationToken cancellationToken) =>
        await session.FirstAsync(FindState.Call().Bind(group), SteeringRow.Read, cancellationToken) ?? SteeringState.None;

    /// <summary>Who has a say in the capacity of groups.</summary>
    public static Call Voices(IReadOnlyCollection<GroupId> groups) => FindVoices.Call().BindAll(groups, group => group.Value);

    /// <summary>Claims that have changed.</summary>
    public static Call PutClaims(IReadOnlyCollection<LaneVoices> all) => SetClaims.Call()
        .BindAll(all, each => each.Group.Value)
        .BindAllJson(all, each => StoreJson.Write(each.Claims));

    /// <summary>Policies that have changed.</summary>
    public static Call PutPolicies(IReadOnlyCollection<LaneVoices> all) => SetPolicies.Call()
        .BindAll(all, each => each.Group.Value)
        .BindAllJson(all, each => StoreJson.Write(each.Policies))
        .BindAll(all, each => PoliciesRule.IsSteered(each.Policies));

    /// <summary>What a round concluded; of each group once.</summary>
    public static Call Put(IReadOnlyCollection<(GroupId Group, SteeringState State)> all) => Save.Call()
        .BindAll(all, each => each.Group.Value)
        .BindAll(all, each => each.State.EvaluatedAt)
        .BindAll(all, each => each.State.Conclusion)
        .BindAllJson(all, each => StoreJson.Write(each.State.Outcomes));

    /// <summary>Forgets what rounds concluded for a group.</summary>
    public static Call Forget(GroupId group) => ForgetOne.Call().Bind(group);
}
