using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Tables;

/// <summary>Policies, and what rounds concluded. What the trail learns of goes by the account's lane.</summary>
internal static class SteeringTable
{
    private static readonly Statement FindVoices = new(
        """
        SELECT g.id, g.claims, g.policies, e.words, e.evaluated_at
        FROM groups g LEFT JOIN steering_states e ON e.group_id = g.id
        WHERE g.id = ANY($1)
        """);

    private static readonly Statement FindToldVoices = new(
        """
        SELECT g.id, g.claims, g.policies, e.words, e.evaluated_at
        FROM groups g LEFT JOIN steering_states e ON e.group_id = g.id
        WHERE g.id = $1 AND g.archived_at IS NULL
        """);

    private static readonly Statement SaveWords = new(
        """
        INSERT INTO steering_states (group_id, words) VALUES ($1, $2::jsonb)
        ON CONFLICT (group_id) DO UPDATE SET words = excluded.words, updated_at = now()
        """);

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

    // Groups that do not live any more are passed over, and those of which another round has concluded something since.
    private static readonly Statement Save = new(
        """
        INSERT INTO steering_states (group_id, evaluated_at, conclusion, boot_us, short_since, outcomes)
        SELECT u.group_id, u.evaluated_at, u.conclusion, u.boot_us, u.short_since, u.outcomes::jsonb
        FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bigint[], $5::timestamptz[], $6::text[], $7::boolean[], $8::timestamptz[])
            AS u (group_id, evaluated_at, conclusion, boot_us, short_since, outcomes, has_basis, basis)
            JOIN groups g ON g.id = u.group_id AND g.archived_at IS NULL
            LEFT JOIN steering_states e ON e.group_id = u.group_id
        WHERE NOT u.has_basis OR e.evaluated_at IS NOT DISTINCT FROM u.basis
        ON CONFLICT (group_id) DO UPDATE
        SET evaluated_at = excluded.evaluated_at, conclusion = excluded.conclusion, boot_us = excluded.boot_us,
            short_since = excluded.short_since, outcomes = excluded.outcomes, updated_at = now()
        """);

    private static readonly Statement ForgetOne = new(
        """
        UPDATE steering_states
        SET evaluated_at = NULL, conclusion = NULL, boot_us = NULL, short_since = NULL, outcomes = NULL, words = NULL, updated_at = now()
        WHERE group_id = $1
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
            LEFT JOIN pushed_readings p ON p.group_id = g.id
        WHERE g.is_steered = true AND g.archived_at IS NULL AND g.phase = $1
        ORDER BY g.id
        """);

    private static readonly Statement ListLaunches = new(
        $"""
        SELECT {LaunchRow.Columns}
        FROM groups g JOIN launches l ON l.group_id = g.id AND l.is_open
        WHERE g.is_steered = true AND g.archived_at IS NULL
        """);

    public static async Task<ImmutableArray<SteeredGroup>> ListAsync(Session session, CancellationToken cancellationToken)
    {
        var (groups, known) = await session.ReadTogetherAsync(
            [ListTemplates.Call(), ListLaunches.Call(), ListGroups.Call().BindWord(GroupPhase.Active)],
            async results =>
            {
                var templates = await results.ReadAllAsync(TemplateRow.Read, cancellationToken);
                var rows = new SteeredRows(templates, await LaunchTable.ReadAsync(results, cancellationToken));
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

    /// <summary>What a round concluded; of each group once. What has a basis is written only where that still stands.</summary>
    public static Call Put(IReadOnlyCollection<(GroupId Group, SteeringState State, SteeringBasis? Basis)> all) => Save.Call()
        .BindAll(all, each => each.Group.Value)
        .BindAll(all, each => each.State.EvaluatedAt)
        .BindAll(all, each => each.State.Conclusion)
        .BindAll(all, each => Microseconds.From(each.State.Boots.Typical))
        .BindAll(all, each => each.State.Boots.ShortSince)
        .BindAllJson(all, each => StoreJson.Write(each.State.Outcomes))
        .BindAll(all, each => (bool?)(each.Basis is not null))
        .BindAll(all, each => each.Basis?.EvaluatedAt);

    /// <summary>What receivers of a group were told.</summary>
    public static Call PutWords(GroupId group, ImmutableArray<PolicyOutcome> words) =>
        SaveWords.Call().Bind(group).BindJson(StoreJson.Write(words));

    /// <remarks>Made again after an answer that was lost, it finds the word as it is to be, and writes nothing.</remarks>
    public static async Task TellAsync(Session session, GroupId group, string policy, ReceivedWord word)
    {
        var found = await session.BeginAsync(
            [FindToldVoices.Call().Bind(group)], results => results.ReadAllAsync(LaneVoices.Read, CancellationToken.None));
        var words = found is [var voices] ? ToldRule.Tell(voices.Words, voices.Policies, policy, word) : [];
        await (found is [var kept] && !words.SequenceEqual(kept.Words)
            ? session.CommitAsync([PutWords(group, words)])
            : session.RollBackAsync());
    }

    /// <summary>Forgets what rounds concluded for a group.</summary>
    public static Call Forget(GroupId group) => ForgetOne.Call().Bind(group);
}
