using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Metrics;
using Muster.Core.Schedules;
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
    /// <param name="forecasts">What was learned for the group's forecasts before; null to learn it anew.</param>
    public static SteeringVerdict Evaluate(
        GroupRecord record, SteeringState before, IReadings readings, DateTimeOffset now, ForecastMemory? forecasts = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(before);
        return Evaluate(
            record, before, readings, forecasts, record.SettleAt(now), record.State.Counts.Running, now, Standing(record, now));
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
        // Whoever held the level since then did not hold it then.
        record = record.Group.ScaledAt > at ? record with { Group = record.Group with { HeldUntil = null } } : record;
        var settled = record.SettleAt(at);
        var before = latest with
        {
            Outcomes = [.. latest.Outcomes.Select(outcome => outcome with { Memory = UpTo(outcome.Memory, at) })],
        };
        return Evaluate(
            record,
            before,
            readings,
            forecasts: null,
            settled with { Desired = level ?? settled.Desired },
            running ?? record.State.Counts.Running,
            at,
            standing: null);
    }

    /// <summary>Why a policy has no data, where its source has said why.</summary>
    private static Recommendation WithTrouble(Policy policy, Recommendation said, IReadings readings)
    {
        if (said is not Recommendation.Blind)
        {
            return said;
        }

        var troubles = policy.Rule.Metrics.Select(readings.TroubleOf).OfType<string>().Distinct(StringComparer.Ordinal);
        return string.Join("; ", troubles) is { Length: > 0 } trouble ? said with { Reason = $"{said.Reason} ({trouble})" } : said;
    }

    /// <summary>How many steering claims, where that counts: nobody has spoken since.</summary>
    private static int? Standing(GroupRecord record, DateTimeOffset now) => record.Claims.IsDefaultOrEmpty ? null : record.Claims
        .FirstOrDefault(claim => claim.Source == Claim.Steering
            && claim.HoldsAt(now)
            && claim.Since >= (record.Group.ScaledAt ?? record.Group.UpdatedAt))?.Desired;

    private static PolicyMemory UpTo(PolicyMemory memory, DateTimeOffset at) => memory with
    {
        MovedAt = memory.MovedAt <= at ? memory.MovedAt : null,
        MovedTo = memory.MovedAt <= at ? memory.MovedTo : null,
        Word = memory.Word?.At <= at ? memory.Word : null,
    };

    private static SteeringVerdict Evaluate(
        GroupRecord record, SteeringState before, IReadings readings, ForecastMemory? forecasts, Settlement settled, int running,
        DateTimeOffset now, int? standing)
    {
        var policies = record.Policies.RemoveAll(policy => policy.Mode is PolicyMode.Off || policy.Rule is PolicyRule.Calendar);
        var (voices, befores, afters) = (new Voice[policies.Length], new PolicyMemory[policies.Length], new PolicyMemory[policies.Length]);
        for (var i = 0; i < policies.Length; i++)
        {
            befores[i] = before.Of(policies[i].Name)?.Memory ?? PolicyMemory.None;
            (var said, afters[i]) = Recommender.Recommend(policies[i], new()
            {
                Now = now,
                Desired = settled.Desired,
                Running = running,
                BootTime = before.Boots.Typical,
                Memory = befores[i],
                Readings = readings,
                Forecasts = forecasts,
            });
            voices[i] = Voice.Of(policies[i], WithTrouble(policies[i], said, readings));
        }

        // A person who holds the level is heard by nobody else.
        var isHeld = record.Group.HeldUntil is { } until && now < until;
        var frame = new Frame(settled.Min, settled.Max, Floor: null);
        var meeting = Meeting.Of(settled.Desired, frame, isHeld ? [] : voices);
        if (isHeld)
        {
            var end = record.Group.HeldUntil!.Value.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
            meeting = meeting with { Reason = $"held by a person until {end}" };
        }

        // What steering claims already is no move: a schedule's floor, or who claims more, keeps the level where it is.
        if (meeting.Moves && meeting.Wanted == standing)
        {
            meeting = meeting with { Wanted = meeting.Level, Reason = $"{meeting.Reason}, and {settled.Source} keeps {settled.Desired}" };
        }

        var outcomes = ImmutableArray.CreateBuilder<PolicyOutcome>(policies.Length);
        for (var i = 0; i < policies.Length; i++)
        {
            outcomes.Add(new(policies[i].Name, voices[i].Recommendation, meeting.Remember(voices[i], befores[i], afters[i])));
        }

        var state = new SteeringState
        {
            Outcomes = outcomes.MoveToImmutable(),
            EvaluatedAt = now,
            Conclusion = meeting.Conclusion,
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
                Author = meeting.Winner,
                Desired = meeting.Wanted,
                Reason = meeting.Reason,
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
                    $"capacity {meeting.Level} → {meeting.Wanted} by policy {meeting.Winner}: {meeting.Reason}"),
                Author = $"policy {meeting.Winner}",
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
