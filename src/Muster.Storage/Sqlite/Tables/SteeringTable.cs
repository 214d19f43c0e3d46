using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>Policies, and what rounds concluded.</summary>
internal static class SteeringTable
{
    private static readonly Statement FindVoices = new(
        """
        SELECT g.archived_at IS NULL, g.claims, g.policies, e.words, e.evaluated_at
        FROM groups g LEFT JOIN steering_states e ON e.group_id = g.id
        WHERE g.id = ?
        """);

    private static readonly Statement SetPolicies = new("UPDATE groups SET policies = ?, is_steered = ? WHERE id = ?");

    private static readonly Statement SetClaims = new("UPDATE groups SET claims = ? WHERE id = ?");

    private static readonly Statement FindState = new($"SELECT {SteeringRow.Columns} FROM steering_states e WHERE e.group_id = ?");

    private static readonly Statement Save = new(
        """
        INSERT INTO steering_states (evaluated_at, conclusion, boot_us, short_since, outcomes, group_id) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (group_id) DO UPDATE
        SET evaluated_at = excluded.evaluated_at, conclusion = excluded.conclusion, boot_us = excluded.boot_us,
            short_since = excluded.short_since, outcomes = excluded.outcomes
        """);

    private static readonly Statement SaveWords = new(
        """
        INSERT INTO steering_states (words, group_id) VALUES (?, ?)
        ON CONFLICT (group_id) DO UPDATE SET words = excluded.words
        """);

    private static readonly Statement ForgetOne = new(
        """
        UPDATE steering_states
        SET evaluated_at = NULL, conclusion = NULL, boot_us = NULL, short_since = NULL, outcomes = NULL, words = NULL
        WHERE group_id = ?
        """);

    private static readonly Statement ListTemplates = new(
        $"""
        SELECT {TemplateRow.Columns} FROM templates t
        WHERE t.id IN (SELECT template_id FROM groups WHERE is_steered = 1 AND archived_at IS NULL)
        """);

    private static readonly Statement ListGroups = new(
        $"""
        SELECT {SteeredRows.Columns}
        FROM groups g JOIN group_states s ON s.group_id = g.id LEFT JOIN steering_states e ON e.group_id = g.id
            LEFT JOIN pushed_readings p ON p.group_id = g.id
        WHERE g.is_steered = 1 AND g.archived_at IS NULL AND g.phase = ?
        ORDER BY g.id
        """);

    private static readonly Statement ListLaunches = new(
        $"""
        SELECT {LaunchRow.Columns}
        FROM groups g CROSS JOIN launches l ON l.group_id = g.id AND l.is_open = 1
        WHERE g.is_steered = 1 AND g.archived_at IS NULL
        """);

    public static void Put(SqliteSession session, GroupId group, Policy policy, Activity activity) =>
        Change(session, group, kept => PoliciesRule.Put(group, kept, policy), activity);

    public static void Remove(SqliteSession session, GroupId group, string name, Activity activity) =>
        Change(session, group, kept => PoliciesRule.Remove(group, kept, name), activity);

    public static ImmutableArray<SteeredGroup> List(SqliteSession session)
    {
        var rows = new SteeredRows(
            session.Query(ListTemplates).All(TemplateRow.Read), session.Query(ListLaunches).All(LaunchRow.Read));
        var groups = session.Query(ListGroups).BindWord(GroupPhase.Active).All(rows.Read);
        var records = RevisionTable.Complete(session, [.. groups.Select(group => group.Record)], rows.Templates);
        return [.. groups.Zip(records, (group, record) => group with { Record = record })];
    }

    public static SteeringState Find(SqliteSession session, GroupId group) =>
        session.Query(FindState).Bind(group).First(SteeringRow.Read) ?? SteeringState.None;

    /// <param name="session">Where.</param>
    /// <param name="records">As they are to be kept.</param>
    public static ImmutableArray<Activity> Steer(SqliteSession session, ImmutableArray<SteeringRecord> records)
    {
        var kept = ImmutableArray.CreateBuilder<Activity>();
        foreach (var record in records)
        {
            if (Living(session, record.Group) is not { } voices || SteeringRule.IsOvertaken(record, voices.EvaluatedAt))
            {
                continue;
            }

            var state = record.State;
            session.Query(Save)
                .Bind(state.EvaluatedAt).Bind(state.Conclusion).Bind(Microseconds.From(state.Boots.Typical)).Bind(state.Boots.ShortSince)
                .Bind(StoreJson.Write(state.Outcomes)).Bind(record.Group).Run();
            if (record.Claim is { } claim)
            {
                session.Query(SetClaims).Bind(StoreJson.Write(ClaimRule.Put(voices.Claims, claim))).Bind(record.Group).Run();
            }

            if (record.Activity is { } activity)
            {
                kept.Add(StateTable.Append(session, record.Group, activity));
            }
        }

        return kept.ToImmutable();
    }

    public static void Tell(SqliteSession session, GroupId group, string policy, ReceivedWord word)
    {
        if (Living(session, group) is { } voices)
        {
            Write(session, group, voices.Words, ToldRule.Tell(voices.Words, voices.Policies, policy, word));
        }
    }

    /// <summary>Forgets what rounds concluded for a group.</summary>
    public static void Forget(SqliteSession session, GroupId group) => session.Query(ForgetOne).Bind(group).Run();

    private static void Change(
        SqliteSession session, GroupId group, Func<ImmutableArray<Policy>, ImmutableArray<Policy>> change, Activity activity)
    {
        var voices = Living(session, group) ?? throw Refusal.NotFound("living group", group);
        var policies = change(voices.Policies);
        if (policies == voices.Policies)
        {
            return;
        }

        if (PoliciesRule.EndsSteering(voices.Policies, policies))
        {
            Forget(session, group);
        }
        else
        {
            Write(session, group, voices.Words, ToldRule.Of(voices.Words, policies));
        }

        session.Query(SetPolicies)
            .Bind(StoreJson.Write(policies)).Bind(PoliciesRule.IsSteered(policies) is true ? 1L : (long?)null)
            .Bind(group).Run();
        StateTable.Append(session, group, activity);
    }

    /// <summary>Who has a say in a living group's capacity; null when there is none.</summary>
    private static Voices? Living(SqliteSession session, GroupId group) =>
        session.Query(FindVoices).Bind(group).First(ReadVoices) is { IsLiving: true } voices ? voices : null;

    private static void Write(
        SqliteSession session, GroupId group, ImmutableArray<PolicyOutcome> before, ImmutableArray<PolicyOutcome> words)
    {
        if (!words.SequenceEqual(before))
        {
            session.Query(SaveWords).Bind(StoreJson.Write(words)).Bind(group).Run();
        }
    }

    private static Voices ReadVoices(Row row) => new(
        row.Flag(),
        StoreJson.ReadClaims(row.TextOrNull()),
        StoreJson.ReadPolicies(row.TextOrNull()),
        StoreJson.ReadOutcomes(row.TextOrNull()),
        row.TimeOrNull());

    private sealed record Voices(
        bool IsLiving, ImmutableArray<Claim> Claims, ImmutableArray<Policy> Policies, ImmutableArray<PolicyOutcome> Words,
        DateTimeOffset? EvaluatedAt);
}
