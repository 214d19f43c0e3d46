using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>The acting stage's terminations: written down all together before the first call, then each told on its own.</summary>
/// <param name="group">Whose instances.</param>
/// <param name="clouds">Where.</param>
/// <param name="journal">Where outcomes are written.</param>
/// <param name="stops">What stops the check.</param>
/// <param name="victims">Who is to end.</param>
/// <param name="before">What was remembered before they were written down.</param>
/// <param name="writtenAt">When they were.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">For ids, and to spread waits.</param>
internal sealed class TerminateCalls(
    Group group,
    GroupClouds clouds,
    CheckJournal journal,
    CheckStops stops,
    ImmutableArray<Victim> victims,
    ImmutableArray<RecentTermination> before,
    DateTimeOffset writtenAt,
    TimeProvider timeProvider,
    IRandomSource random)
{
    private readonly WrittenOrders<Victim> _orders = new(victims, victim => victim.Cloud, clouds, stops);

    /// <summary>How many orders the cloud took.</summary>
    public int Taken => _orders.Taken;

    /// <summary>Whether an instance did not end, for a reason of its own or for want of an answer.</summary>
    public bool AnyFailed => _orders.AnyFailed;

    /// <summary>The state in which these are about to be told to end: spent, and remembered, before the first call.</summary>
    public static GroupState Written(GroupState state, ImmutableArray<Victim> victims, DateTimeOffset now) => state with
    {
        Terminated = state.Terminated.Add(victims.Count(victim => !victim.IsDrained), now),
        RecentTerminations =
        [
            .. state.RecentTerminations.Where(one => !victims.Any(victim => victim.Is(one))),
            .. victims.Select(victim => state.RecentTerminations.FirstOrDefault(victim.Is) is { } earlier
                ? earlier with { At = now, Reason = victim.Reason, IsTold = false, FirstAt = earlier.Since, RetryAt = null }
                : new RecentTermination(victim.Instance.Id, now, victim.Reason, IsTold: false) { Cloud = victim.Kept, FirstAt = now }),
        ],
    };

    /// <summary>Makes the calls, until something stops them.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _orders.RunAsync(
        (victim, cloud) => cloud.TerminatePermittedAsync(victim.Instance.Id, cancellationToken), OnTaken, OnFailed, cancellationToken);

    /// <summary>
    /// The state without what was written down and then never tried: those instances live, and count, and nothing was spent on them.
    /// </summary>
    public GroupState WithoutUntried(GroupState state) => _orders.Untried.Aggregate(state, Forgotten);

    private void OnTaken(Victim victim)
    {
        // One that did not end although it was told so before is told of when it is gone: that the cloud takes the order is no news.
        var instance = victim.Instance;
        journal.Post(
            [],
            EarlierOf(victim) is null
                ? [Tell(instance, ActivityStatus.Succeeded, $"terminated {instance.Name}: {victim.Reason}")]
                : [],
            // From the answer on no new listing shows it alive, and only from then on does the listing's lag count: the
            // call may have taken long.
            state => Changed(state, victim, one => one with { At = timeProvider.GetUtcNow(), IsTold = true }));
    }

    private void OnFailed(Victim victim, CloudException error)
    {
        var instance = victim.Instance;
        var now = timeProvider.GetUtcNow();
        var words = $"{FailureReaction.WordsOfTermination(error.Kind)}: {error.Message}";
        stops.OnTerminationFailed(victim.Cloud, new(error, $"terminate {instance.Name}"));

        // The same trouble again is in the check's own entry, which melts.
        var isNews = EarlierOf(victim)?.Failure != words;
        if (error.Kind is CloudErrorKind.Ambiguous)
        {
            journal.Post(
                [],
                isNews ? [Tell(instance, ActivityStatus.Ambiguous, $"terminate {instance.Name}: {words}")] : [],
                state => Changed(state, victim, one => one with { At = now, Failure = words }));
            return;
        }

        // It surely did not happen: nothing is spent. That the cloud wants silence says nothing of the instance; all else it may say.
        journal.Post(
            [],
            isNews ? [Tell(instance, ActivityStatus.Failed, $"terminate {instance.Name}: {words}")] : [],
            error.Kind is CloudErrorKind.Throttled
                ? state => Forgotten(state, victim)
                : state => Changed(GivenBack(state, victim), victim, one => one with
                {
                    At = now,
                    Failures = one.Failures + 1,
                    Failure = words,
                    RetryAt = TerminationReader.RetryAt(one.Failures + 1, now, error.RetryAfter, random),
                }));
    }

    private Activity Tell(Instance instance, ActivityStatus status, string description) =>
        ActivityWriter.Make(group, random, ActivityType.Terminate, status, description, timeProvider.GetUtcNow(), instance.Id);

    /// <summary>As if it had not been written down this time.</summary>
    private GroupState Forgotten(GroupState state, Victim victim)
    {
        state = GivenBack(state, victim);
        return EarlierOf(victim) is { } earlier
            ? Changed(state, victim, _ => earlier)
            : state with { RecentTerminations = state.RecentTerminations.RemoveAll(victim.Is) };
    }

    /// <summary>One that drained was spent when that began, and drains still.</summary>
    private GroupState GivenBack(GroupState state, Victim victim) =>
        victim.IsDrained ? state : state with { Terminated = state.Terminated.GiveBack(writtenAt) };

    private RecentTermination? EarlierOf(Victim victim) => before.FirstOrDefault(victim.Is);

    private static GroupState Changed(GroupState state, Victim victim, Func<RecentTermination, RecentTermination> change) =>
        state with { RecentTerminations = [.. state.RecentTerminations.Select(one => victim.Is(one) ? change(one) : one)] };
}

/// <summary>One instance that a check ends.</summary>
/// <param name="Instance">Which, as it was seen.</param>
/// <param name="Reason">Why.</param>
/// <param name="Cloud">Where it is.</param>
/// <param name="Kept">The cloud as it is written down; null of a group that lives on one.</param>
/// <param name="Home">The cloud of what was written down without one.</param>
/// <param name="IsDrained">Whether it was decided and spent before, when it began to drain.</param>
internal sealed record Victim(Instance Instance, string Reason, string Cloud, string? Kept, string Home, bool IsDrained)
{
    /// <summary>The victims of a plan.</summary>
    public static ImmutableArray<Victim> Of(Plan plan, GroupRecord record) =>
    [
        .. plan.Slices.SelectMany(part => part.Actions.OfType<PlannedAction.Terminate>().Select(end => new Victim(
            end.Instance,
            record.ReasonIn(part.Placement, end.Reason),
            part.Placement.Cloud,
            record.IsSpread ? part.Placement.Cloud : null,
            record.Template.Cloud,
            end.IsDrained))),
    ];

    /// <summary>Whether that is remembered of it.</summary>
    public bool Is(RecentTermination termination) =>
        termination.Instance == Instance.Id && (Kept is null || (termination.Cloud ?? Home) == Cloud);
}
