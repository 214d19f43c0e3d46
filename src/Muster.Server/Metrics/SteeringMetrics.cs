using System.Diagnostics.Metrics;

using Muster.Core.Steering;
using Muster.Core.Steering.Rounds;
using Muster.Server.Options;

namespace Muster.Server.Metrics;

/// <summary>What policies recommend and read, of the groups that this server steers. Each figure is read when somebody asks.</summary>
internal sealed class SteeringMetrics
{
    private readonly SteeringRounds _rounds;
    private readonly TimeProvider _timeProvider;

    public SteeringMetrics(IMeterFactory meters, SteeringRounds rounds, ServerOptions options, TimeProvider timeProvider)
    {
        (_rounds, _timeProvider) = (rounds, timeProvider);
        var meter = meters.Create(MusterMetrics.MeterName, options.Version);
        meter.CreateObservableCounter("muster.steering_rounds", () => rounds.Figures.Rounds, description: "Steering rounds finished.");
        meter.CreateObservableCounter(
            "muster.steering_rounds_failed", () => rounds.Figures.Failed, description: "Steering rounds that failed as a whole.");
        meter.CreateObservableCounter(
            "muster.steering_moves", () => rounds.Figures.Moves, description: "Times that policies moved the level of a group.");
        meter.CreateObservableGauge(
            "muster.steering_round_seconds", () => rounds.Figures.LastDuration.TotalSeconds,
            description: "How long the last steering round took, its sources among it.");
        meter.CreateObservableGauge("muster.groups_steered", () => rounds.States.Count, description: "Groups that this server steers.");
        meter.CreateObservableGauge(
            "muster.policy_recommendation", () => Each<int>(said => (said as Recommendation.Wants)?.Count),
            description: "Instances that a policy recommends; nothing where it asks for none.");
        meter.CreateObservableGauge(
            "muster.policy_reading", () => Each(said => said.Reading?.Value), description: "The reading that a policy went by.");
        meter.CreateObservableGauge("muster.policy_reading_age_seconds", () => Each(AgeOf), description: "How old that reading is.");
        meter.CreateObservableGauge(
            "muster.policy_blind", () => Each<int>(said => said is Recommendation.Blind ? 1 : 0),
            description: "1 where a policy has no data: its group does not shrink.");
    }

    private double? AgeOf(Recommendation said) =>
        said.Reading is { } reading ? Math.Max(0, (_timeProvider.GetUtcNow() - reading.At).TotalSeconds) : null;

    private IEnumerable<Measurement<T>> Each<T>(Func<Recommendation, T?> figure) where T : struct
    {
        foreach (var (name, state) in _rounds.States.Values)
        {
            foreach (var outcome in state.Outcomes)
            {
                if (outcome.Recommendation is { } said && figure(said) is { } value)
                {
                    yield return new(value, new("group", name), new KeyValuePair<string, object?>("policy", outcome.Policy));
                }
            }
        }
    }
}
