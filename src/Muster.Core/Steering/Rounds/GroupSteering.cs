using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Metrics;
using Muster.Core.Storage;

namespace Muster.Core.Steering.Rounds;

/// <summary>What a group's policies come to at one instant: the same for a round, for an explanation and for a plan; pure.</summary>
public static class GroupSteering
{
    /// <summary>Weighs all of a group's policies.</summary>
    /// <param name="record">The group, with policies and claims.</param>
    /// <param name="before">What the last round concluded.</param>
    /// <param name="readings">What was read.</param>
    /// <param name="now">The instant.</param>
    public static SteeringVerdict Evaluate(GroupRecord record, SteeringState before, IReadings readings, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(before);
        return Evaluate(record, before, readings, record.SettleAt(now), record.State.Counts.Running, now);
    }

    /// <summary>The same of an earlier instant, of which readings and levels are kept; what was done since is left out.</summary>
    /// <param name="record">The group as it is now.</param>
    /// <param name="latest">What the last round concluded.</param>
    /// <param name="readings">What was read until then.</param>
    /// <param name="at">The instant.</param>
    /// <param name="level">How many there were to be then; null where that is not known.</param>
    /// <param name="running">How many were up then; null where that is not known.</param>
    public static SteeringVerdict EvaluatePast(
        GroupRecord record, SteeringState latest, IReadings readings, DateTimeOffset at, int? level, int? running)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(latest);
        var settled = record.SettleAt(at);
        var before = latest with
        {
            Outcomes = [.. latest.Outcomes.Select(outcome => outcome with { Memory = UpTo(outcome.Memory, at) })],
        };
        return Evaluate(
            record, before, readings, settled with { Desired = level ?? settled.Desired }, running ?? record.State.Counts.Running, at);
    }

    private static PolicyMemory UpTo(PolicyMemory memory, DateTimeOffset at) => memory with
    {
        MovedAt = memory.MovedAt <= at ? memory.MovedAt : null,
        MovedTo = memory.MovedAt <= at ? memory.MovedTo : null,
        Word = memory.Word?.At <= at ? memory.Word : null,
    };

    private static SteeringVerdict Evaluate(
        GroupRecord record, SteeringState before, IReadings readings, Settlement settled, int running, DateTimeOffset now)
    {
        var outcomes = ImmutableArray.CreateBuilder<PolicyOutcome>(record.Policies.Length);
        var votes = ImmutableArray.CreateBuilder<Vote>(record.Policies.Length);
        foreach (var policy in record.Policies)
        {
            if (policy.Mode is PolicyMode.Off || policy.Rule is PolicyRule.Calendar)
            {
                continue;
            }

            var memory = before.Of(policy.Name)?.Memory ?? PolicyMemory.None;
            var context = new PolicyContext
            {
                Now = now,
                Desired = settled.Desired,
                Running = running,
                BootTime = before.Boots.Typical,
                Memory = memory,
                Readings = readings,
            };
            var (recommendation, after) = Recommender.Recommend(policy, context);

            // What only recommends has moved nothing, and remembers no move.
            outcomes.Add(new(policy.Name, recommendation, policy.IsFollowed ? after : memory with { Word = after.Word }));
            votes.Add(new(policy.Name, policy.Mode, recommendation));
        }

        var meeting = Meeting.Of(settled.Desired, settled.Min, settled.Max, votes.ToImmutable());
        if (meeting.Moves && record.Group.HeldUntil is { } until && now < until)
        {
            meeting = meeting with
            {
                Moves = false,
                Why = $"held by a person until {until.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}: {meeting.Why}",
            };
        }

        if (!meeting.Moves)
        {
            // Nobody was followed: a step that was not taken has no cool-down.
            for (var i = 0; i < outcomes.Count; i++)
            {
                var memory = before.Of(outcomes[i].Policy)?.Memory ?? PolicyMemory.None;
                outcomes[i] = outcomes[i] with { Memory = memory with { Word = outcomes[i].Memory.Word } };
            }
        }

        var state = new SteeringState
        {
            Outcomes = outcomes.ToImmutable(),
            EvaluatedAt = now,
            Conclusion = meeting.Why,
            Boots = before.Boots.After(settled.Desired, running, now),
        };
        return new(state, settled, meeting);
    }

    /// <summary>What is written of a verdict that moves the level.</summary>
    public static SteeringRecord ToRecord(GroupRecord record, SteeringVerdict verdict, ActivityId activity, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(verdict);
        var meeting = verdict.Meeting;
        return !meeting.Moves ? new(record.Group.Id, verdict.State) : new(
            record.Group.Id,
            verdict.State,
            new()
            {
                Source = Claim.Steering,
                Author = meeting.Author,
                Desired = meeting.Desired,
                Reason = meeting.Why,
                Since = now,
            },
            new()
            {
                Id = activity,
                Account = record.Group.Account,
                Group = record.Group.Id,
                Type = ActivityType.Change,
                Status = ActivityStatus.Succeeded,
                Description = string.Create(
                    CultureInfo.InvariantCulture,
                    $"capacity {verdict.Before.Desired} to {meeting.Desired} by policy {meeting.Author}: {meeting.Why}"),
                Author = $"policy {meeting.Author}",
                FirstAt = now,
                LastAt = now,
            });
    }
}

/// <summary>What a group's policies came to.</summary>
/// <param name="State">What is kept of it.</param>
/// <param name="Before">How many there were to be, and why.</param>
/// <param name="Meeting">What they came to together.</param>
public sealed record SteeringVerdict(SteeringState State, Settlement Before, Meeting Meeting);
