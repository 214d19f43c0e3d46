using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Planning;

namespace Muster.Core.Reconciling;

/// <summary>The acting stage's terminations: written down all together before the first call, then each told on its own.</summary>
/// <param name="group">Whose instances.</param>
/// <param name="cloud">Where.</param>
/// <param name="journal">Where outcomes are written.</param>
/// <param name="stops">What stops the check.</param>
/// <param name="victims">Who is to end.</param>
/// <param name="before">What was remembered before they were written down.</param>
/// <param name="writtenAt">When they were.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">For ids, and to spread waits.</param>
internal sealed class TerminateCalls(
    Group group,
    GovernedCloud cloud,
    CheckJournal journal,
    CheckStops stops,
    ImmutableArray<PlannedAction.Terminate> victims,
    ImmutableArray<RecentTermination> before,
    DateTimeOffset writtenAt,
    TimeProvider timeProvider,
    IRandomSource random)
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly HashSet<InstanceId> _untried = [.. victims.Select(victim => victim.Instance.Id)];
    private int _taken;
    private int _refused;

    /// <summary>How many orders the cloud took.</summary>
    public int Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Whether an instance did not end, for a reason of its own or for want of an answer.</summary>
    public bool AnyFailed
    {
        get
        {
            lock (_gate)
            {
                return _refused > 0;
            }
        }
    }

    /// <summary>The state in which these are about to be told to end: spent, and remembered, before the first call.</summary>
    public static GroupState Written(GroupState state, ImmutableArray<PlannedAction.Terminate> victims, DateTimeOffset now)
    {
        var known = state.RecentTerminations.ToDictionary(one => one.Instance);
        var ids = victims.Select(victim => victim.Instance.Id).ToHashSet();
        return state with
        {
            Terminated = state.Terminated.Add(victims.Length, now),
            RecentTerminations =
            [
                .. state.RecentTerminations.Where(one => !ids.Contains(one.Instance)),
                .. victims.Select(victim => known.TryGetValue(victim.Instance.Id, out var earlier)
                    ? earlier with { At = now, Reason = victim.Reason, IsTold = false, FirstAt = earlier.Since, RetryAt = null }
                    : new RecentTermination(victim.Instance.Id, now, victim.Reason, IsTold: false) { FirstAt = now }),
            ],
        };
    }

    /// <summary>Makes the calls, until something stops them.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => BoundedWork.RunAsync(
        victims.Select(victim => (Func<Task>)(() => TerminateAsync(victim, cancellationToken))),
        ReconcilerOptions.TerminationsInFlightMax,
        stops.MayTerminate);

    /// <summary>
    /// The state without what was written down and then never tried: those instances live, and count, and nothing was spent on them.
    /// </summary>
    public GroupState WithoutUntried(GroupState state)
    {
        lock (_gate)
        {
            return _untried.Aggregate(state, (current, instance) => Forgotten(current, instance));
        }
    }

    private async Task TerminateAsync(PlannedAction.Terminate victim, CancellationToken cancellationToken)
    {
        await cloud.AcquireWriteAsync(cancellationToken);
        if (!stops.MayTerminate())
        {
            return;
        }

        var instance = victim.Instance;
        lock (_gate)
        {
            _untried.Remove(instance.Id);
        }

        try
        {
            await cloud.TerminatePermittedAsync(instance.Id, cancellationToken);
            OnTaken(victim);
        }
        catch (CloudException error)
        {
            OnFailed(instance, error);
        }
    }

    private void OnTaken(PlannedAction.Terminate victim)
    {
        lock (_gate)
        {
            _taken++;
        }

        // One that did not end although it was told so before is told of when it is gone: that the cloud takes the order is no news.
        var instance = victim.Instance;
        journal.Post(
            [],
            EarlierOf(instance.Id) is null
                ? [Tell(instance, ActivityStatus.Succeeded, $"terminated {instance.Name}: {victim.Reason}")]
                : [],
            // From the answer on no new listing shows it alive, and only from then on does the listing's lag count: the
            // call may have taken long.
            state => Changed(state, instance.Id, one => one with { At = timeProvider.GetUtcNow(), IsTold = true }));
    }

    private void OnFailed(Instance instance, CloudException error)
    {
        var now = timeProvider.GetUtcNow();
        var words = $"{FailureReaction.WordsOfTermination(error.Kind)}: {error.Message}";
        lock (_gate)
        {
            _refused++;
        }

        stops.OnTerminationFailed(new(error, $"terminate {instance.Name}"));

        // The same trouble again is in the check's own entry, which melts.
        var isNews = EarlierOf(instance.Id)?.Failure != words;
        if (error.Kind is CloudErrorKind.Ambiguous)
        {
            journal.Post(
                [],
                isNews ? [Tell(instance, ActivityStatus.Ambiguous, $"terminate {instance.Name}: {words}")] : [],
                state => Changed(state, instance.Id, one => one with { At = now, Failure = words }));
            return;
        }

        // It surely did not happen: nothing is spent. That the cloud wants silence says nothing of the instance; all else it may say.
        journal.Post(
            [],
            isNews ? [Tell(instance, ActivityStatus.Failed, $"terminate {instance.Name}: {words}")] : [],
            error.Kind is CloudErrorKind.Throttled
                ? state => Forgotten(state, instance.Id)
                : state => Changed(GivenBack(state), instance.Id, one => one with
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
    private GroupState Forgotten(GroupState state, InstanceId instance)
    {
        state = GivenBack(state);
        return EarlierOf(instance) is { } earlier
            ? Changed(state, instance, _ => earlier)
            : state with { RecentTerminations = state.RecentTerminations.RemoveAll(one => one.Instance == instance) };
    }

    private GroupState GivenBack(GroupState state) => state with { Terminated = state.Terminated.GiveBack(writtenAt) };

    private RecentTermination? EarlierOf(InstanceId instance) => before.FirstOrDefault(one => one.Instance == instance);

    private static GroupState Changed(GroupState state, InstanceId instance, Func<RecentTermination, RecentTermination> change) =>
        state with { RecentTerminations = [.. state.RecentTerminations.Select(one => one.Instance == instance ? change(one) : one)] };
}
