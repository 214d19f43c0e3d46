using Muster.Server.Logging;
using System.Globalization;

using Muster.Api.Policies;
using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;
using Muster.Server.Groups;
using Muster.Server.Requests;

namespace Muster.Server.Policies;

/// <summary>Policies as they go over the wire, each with what it says now.</summary>
/// <param name="store">What the last rounds concluded, wherever they were made.</param>
/// <param name="rounds">This server's own; null where it makes none.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class SteeringView(IStore store, SteeringRounds? rounds, TimeProvider timeProvider) : IPolicyViews
{
    /// <summary>What a receiver has that is only thought of: nobody's.</summary>
    private static readonly string NoSecret = new('0', 64);

    /// <summary>All policies of a group, by name.</summary>
    public async Task<PolicyView[]> ViewAsync(GroupRecord record, CancellationToken cancellationToken)
    {
        if (record.Policies.IsEmpty)
        {
            return [];
        }

        var state = await StateAsync(record, cancellationToken);
        var now = timeProvider.GetUtcNow();
        return [.. record.Policies.Select(policy => View(record, policy, state, now))];
    }

    /// <inheritdoc/>
    public async Task<AssumedPolicy> AssumeAsync(
        GroupRecord record, PolicyInput input, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var policy = PolicyRules.Make(PolicyDrafts.Of(input), now, NoSecret);
        var state = await StateAsync(record, cancellationToken);
        var readings = await AssumedReadings.ReadAsync(store, With(record), state, now, cancellationToken);

        // Whoever is blind is so by its readings, whatever becomes of the group until it is planned.
        var said = GroupSteering.Evaluate(With(record), state, readings, now).State.Of(policy.Name)?.Recommendation;
        return new(
            Apply,
            said is Recommendation.Blind ? $"policy {policy.Name} says nothing: {said.Reason}" : null);

        GroupRecord With(GroupRecord current)
        {
            var others = current.Policies.RemoveAll(other => other.Name == policy.Name);
            return current with { Policies = [.. others.Add(policy).OrderBy(each => each.Name, StringComparer.Ordinal)] };
        }

        GroupRecord Apply(GroupRecord current)
        {
            var assumed = With(current);
            var verdict = GroupSteering.Evaluate(assumed, state, readings, now);
            var claim = GroupSteering.ToRecord(assumed, verdict, default, now).Claim;
            return claim is null ? assumed : assumed with
            {
                Claims = [.. assumed.Claims.RemoveAll(other => other.Source == claim.Source).Add(claim)],
            };
        }
    }

    /// <summary>One of them.</summary>
    public async Task<PolicyView> ViewAsync(GroupRecord record, Policy policy, CancellationToken cancellationToken) =>
        View(record, policy, await StateAsync(record, cancellationToken), timeProvider.GetUtcNow());

    /// <summary>The same, from what was concluded.</summary>
    public static PolicyView View(GroupRecord record, Policy policy, SteeringState state, DateTimeOffset now)
    {
        var view = new PolicyView
        {
            Name = policy.Name,
            Kind = PolicyWords.Kind(policy.Rule),
            Mode = PolicyWords.Mode(policy.Mode),
            Rule = PolicyDrafts.Of(PolicyDraft.Of(policy)) with { Name = null, Kind = null, Mode = null },
            Path = policy.Rule is PolicyRule.Receiver ? $"{LoggedPath.Receivers}/{record.Group.Id}/{policy.Name}" : null,
            Version = policy.Version,
            CreatedAt = policy.CreatedAt,
            UpdatedAt = policy.UpdatedAt,
        };
        return policy switch
        {
            { Mode: PolicyMode.Off } => view with { Reason = "off" },
            { Rule: PolicyRule.Calendar { Schedule: var schedule } } => Framed(view, schedule, now),
            _ when state.Of(policy.Name) is { Recommendation: { } said } => Said(view, said, state.EvaluatedAt),
            _ => view,
        };
    }

    private static PolicyView Framed(PolicyView view, Schedule schedule, DateTimeOffset now)
    {
        if (!Zones.TryFind(schedule.Zone, out _, out var problem))
        {
            return view with { Reason = $"it says nothing: {problem}", Blind = true, EvaluatedAt = now };
        }

        // A schedule is a function of the instant: it is evaluated whenever somebody asks.
        var framing = schedule.FrameAt(now);
        var (min, max, floor) = framing.Frame;
        return view with { Recommends = floor ?? min ?? max, Reason = Told(framing), EvaluatedAt = now };
    }

    private static string Told(Framing framing)
    {
        var (min, max, floor) = framing.Frame;
        var bounds = new[] { ("min", min), ("max", max), ("floor", floor) }
            .Where(bound => bound.Item2 is not null)
            .Select(bound => string.Create(CultureInfo.InvariantCulture, $"{bound.Item1} {bound.Item2}"));
        var until = framing.ChangesAt is { } at ? $", until {at.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}" : "";
        return $"{framing.Why}: {(framing.Frame.SaysSomething ? string.Join(", ", bounds) : "no bounds")}{until}";
    }

    private static PolicyView Said(PolicyView view, Recommendation said, DateTimeOffset? at) => view with
    {
        Recommends = (said as Recommendation.Wants)?.Count,
        Reason = said.Reason,
        Blind = said is Recommendation.Blind,
        Reading = said.Reading?.Value,
        ReadingAt = said.Reading?.At,
        EvaluatedAt = at,
    };

    /// <summary>What the last round concluded for a group, wherever it was made.</summary>
    public async ValueTask<SteeringState> StateAsync(GroupRecord record, CancellationToken cancellationToken) =>
        rounds?.StateOf(record.Group.Id) ?? await store.FindSteeringAsync(record.Group.Id, cancellationToken);
}
