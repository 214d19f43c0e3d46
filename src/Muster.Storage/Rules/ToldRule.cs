using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Records;

namespace Muster.Storage.Rules;

/// <summary>
/// What outside systems tell a group's policies: words of receivers, and readings that are pushed. Both stand apart from what rounds
/// conclude, so that a round which began before cannot write over them.
/// </summary>
internal static class ToldRule
{
    private const int InstanceMax = 256;

    /// <summary>The words with one in place of what the same policy was told before.</summary>
    /// <param name="kept">Outcomes that hold nothing but words.</param>
    /// <param name="policies">The group's: words to others are forgotten.</param>
    /// <param name="policy">Who was told.</param>
    /// <param name="word">What.</param>
    public static ImmutableArray<PolicyOutcome> Tell(
        ImmutableArray<PolicyOutcome> kept, ImmutableArray<Policy> policies, string policy, ReceivedWord word)
    {
        var told = new ReceivedWord(
            word.Desired, Microseconds.Kept(word.At), KeptText.Cut(word.Reason, SteeringState.ReasonMax), Microseconds.Kept(word.MovedAt));
        return
        [
            .. Of(kept, policies)
                .Where(other => other.Policy != policy)
                .Append(new PolicyOutcome(policy, Recommendation: null, new() { Word = told }))
                .Where(other => policies.Any(each => each.Name == other.Policy))
                .OrderBy(other => other.Policy, StringComparer.Ordinal),
        ];
    }

    /// <summary>The words to these policies: those to others are forgotten.</summary>
    public static ImmutableArray<PolicyOutcome> Of(ImmutableArray<PolicyOutcome> kept, ImmutableArray<Policy> policies) =>
        kept.RemoveAll(word => policies.All(policy => policy.Name != word.Policy));

    /// <summary>What a round concluded, with the words that came since: of each policy the newest.</summary>
    public static SteeringState Over(SteeringState state, ImmutableArray<PolicyOutcome> words)
    {
        if (words.IsDefaultOrEmpty)
        {
            return state;
        }

        var outcomes = state.Outcomes.ToBuilder();
        foreach (var told in words)
        {
            var at = state.Outcomes.IndexOf(state.Of(told.Policy)!);
            if (at < 0)
            {
                outcomes.Add(told);
            }
            else if (!(outcomes[at].Memory.Word?.At > told.Memory.Word!.At))
            {
                outcomes[at] = outcomes[at] with { Memory = outcomes[at].Memory with { Word = told.Memory.Word } };
            }
        }

        return state with { Outcomes = outcomes.ToImmutable() };
    }

    /// <summary>Readings that were pushed, as every store keeps them.</summary>
    /// <exception cref="InputException">One may not be kept.</exception>
    public static ImmutableArray<PushedReading> AsKept(ImmutableArray<PushedReading> pushed)
    {
        foreach (var reading in pushed)
        {
            if (!KeptText.IsVisible(reading.Metric, ReadingChunk.MetricMax))
            {
                throw new InputException(
                    "readings.metric",
                    KeptText.Cut(reading.Metric, ReadingChunk.MetricMax),
                    $"1 to {ReadingChunk.MetricMax} characters that can be seen");
            }

            if (reading.Instance is { } instance && !KeptText.IsVisible(instance, InstanceMax))
            {
                throw new InputException(
                    "readings.instance", KeptText.Cut(instance, InstanceMax), $"1 to {InstanceMax} characters that can be seen");
            }

            if (!double.IsFinite(reading.Value))
            {
                throw new InputException(
                    "readings.value", reading.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), "a finite number");
            }
        }

        return [.. pushed.Select(reading => reading with { At = Microseconds.Kept(reading.At) })];
    }
}
