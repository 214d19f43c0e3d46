using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// Reads what a listing says about the instances that were told to end. Pure: takes what is remembered and a look, and says what is
/// remembered after it; see <see cref="RecentTermination"/> for the stories there are.
/// </summary>
internal sealed class TerminationReader(
    GroupRecord record, CloudTraits traits, ActivityWriter activities, IRandomSource random, DateTimeOffset observedAt, DateTimeOffset now)
{
    /// <summary>First wait of an instance that refused to end.</summary>
    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait of an instance that refuses to end.</summary>
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(15);

    /// <summary>When an instance that did not end so many times in a row is told again.</summary>
    /// <param name="failures">0 for one that is told again at once.</param>
    /// <param name="now">The instant.</param>
    /// <param name="retryAfter">How long the cloud asked for; null when it did not say.</param>
    /// <param name="random">Spreads those that refused together.</param>
    public static DateTimeOffset RetryAt(int failures, DateTimeOffset now, TimeSpan? retryAfter, IRandomSource random)
    {
        var own = failures == 0 ? TimeSpan.Zero : Backoff.WithJitter(Backoff.Delay(failures, RetryMin, RetryMax), random);
        var asked = retryAfter is { } wait && wait < RetryMax ? wait : retryAfter is null ? TimeSpan.Zero : RetryMax;
        return now + (own > asked ? own : asked);
    }

    /// <summary>What is remembered after the look; those that are surely gone are forgotten.</summary>
    public ImmutableArray<RecentTermination> Read(ImmutableArray<Instance> owned)
    {
        if (record.State.RecentTerminations.IsEmpty)
        {
            return [];
        }

        var listed = owned.ToDictionary(instance => instance.Id);
        var kept = ImmutableArray.CreateBuilder<RecentTermination>();
        foreach (var termination in record.State.RecentTerminations.DistinctBy(one => one.Instance))
        {
            var isListed = listed.TryGetValue(termination.Instance, out var instance);
            var next = !isListed || instance!.State is InstanceState.Terminating
                ? ReadLeaving(termination, isListed)
                : ReadListed(termination, instance);
            if (next is not null)
            {
                kept.Add(next);
            }
        }

        return kept.DrainToImmutable();
    }

    private RecentTermination? ReadLeaving(RecentTermination termination, bool isListed)
    {
        // The listing may be older than the order: only one that must show what came of it can say so.
        if (observedAt < termination.At + traits.ListingLagMax)
        {
            return termination;
        }

        // Written down and then, by a crash or an unknown outcome, never told; or told, and without effect for a while: the listing tells.
        if (!termination.IsTold || termination.Failures > 0)
        {
            activities.Add(
                ActivityType.Terminate,
                ActivityStatus.Succeeded,
                $"terminate {termination.Instance}: {WordsOfLeaving(termination, isListed)}: {termination.Reason}",
                termination.Instance);

            // Another listing may lag more than this one and show it alive again.
            return termination with { At = now, IsTold = true, Failures = 0, Failure = null, RetryAt = null };
        }

        return isListed ? termination : null;
    }

    /// <summary>
    /// Only what the listing shows: of an order whose outcome is unknown nobody knows whether it, or somebody else, ended the instance.
    /// </summary>
    private static string WordsOfLeaving(RecentTermination termination, bool isListed) =>
        (isListed ? "it is terminating" : "it is gone")
        + (termination.IsTold ? ", it did not end at first" : ", whether by this order is not known");

    private RecentTermination? ReadListed(RecentTermination termination, Instance instance)
    {
        var changedAt = record.Group.UpdatedAt;
        if (termination.RetryAt is { } retryAt)
        {
            // A person who changed the group may have mended what stood in the way, or wants another to go.
            return changedAt <= termination.At ? termination
                : now - termination.At >= ReconcilerOptions.TerminationPatience ? null
                : termination with { RetryAt = changedAt < retryAt ? changedAt : retryAt };
        }

        // Still there although the listing cannot be that old: the order was lost, or has no effect. The plan decides anew.
        var patience = termination.IsTold ? ReconcilerOptions.TerminationPatience : ReconcilerOptions.UntoldPatience;
        if (observedAt - termination.At < patience + traits.ListingLagMax)
        {
            return termination;
        }

        if (termination.Failures == 0)
        {
            // The order may still be on its way, and nobody asks again if the instance is wanted by then.
            activities.Add(
                ActivityType.Terminate,
                ActivityStatus.Ambiguous,
                termination.IsTold
                    ? $"terminate {instance.Name}: {TerminationMemory.Unheard(instance, termination)}: {termination.Reason}"
                    : $"terminate {instance.Name}: outcome unknown, and it is still listed: {termination.Reason}",
                termination.Instance);
        }

        return termination with
        {
            Failures = termination.Failures + 1,
            Failure = termination.Failure ?? TerminationMemory.Unheard(instance, termination),
            FirstAt = termination.Since,
            RetryAt = RetryAt(termination.Failures, now, retryAfter: null, random),
        };
    }
}
