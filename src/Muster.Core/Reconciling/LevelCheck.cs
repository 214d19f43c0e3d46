using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>The acting half of one level check, under the group's lease.</summary>
/// <remarks>
/// The order that makes a crash harmless: wait for the right to call, write the intent, make sure of the lease, call, write the
/// outcome. Whatever is lost between two steps is found again by the next check.
/// </remarks>
internal sealed class LevelCheck(
    Reconciler reconciler,
    ICheckStore store,
    TimeProvider time,
    IRandomSource random,
    ILaunchIdentities identities,
    GovernedCloud cloud,
    LeaseKeeper keeper,
    CancellationToken stopping)
{
    /// <summary>An id that is spent again and again would be a cloud that forgets what lives: stop rather than walk for ever.</summary>
    private const int SpentIdsMax = 1000;

    private readonly Lock gate = new();

    // Guarded by the gate.
    private Failure? failure;
    private int launched;
    private int terminated;
    private readonly HashSet<InstanceId> untried = [];

    // Set once, before anything is done.
    private GroupRecord record = null!;
    private CheckJournal journal = null!;

    private Group Group => record.Group;

    /// <summary>Nothing new is started after a failure: the next check, after its back-off, goes on from the truth.</summary>
    private bool MayStart
    {
        get
        {
            lock (gate)
            {
                return failure is null && !stopping.IsCancellationRequested && keeper.IsHeld && !IsOutdated;
            }
        }
    }

    /// <summary>A user has changed the group since this was planned: launches that nobody wants any more cost money.</summary>
    private bool IsOutdated => keeper.GroupVersion > Group.Version;

    public async Task<CheckReport> RunAsync(GroupRecord planned, Assessment assessment, CancellationToken cancellationToken)
    {
        record = planned;
        try
        {
            assessment = await MakeSureAsync(assessment, cancellationToken);
        }
        catch (CloudException error)
        {
            failure = new(error, "cannot look again");
            assessment = Inconclusive(assessment);
        }

        var plan = assessment.Plan;
        var victims = plan.Actions.OfType<PlannedAction.Terminate>().ToImmutableArray();
        var launches = plan.Actions.OfType<PlannedAction.Launch>().ToImmutableArray();
        var now = time.GetUtcNow();

        // Both budgets are spent, and the victims written down, before the first call: a crash must not give them back.
        journal = new(store, keeper.Lease, assessment.State with
        {
            Terminated = assessment.State.Terminated.Add(victims.Length, now),
            Launched = assessment.State.Launched.Add(launches.Sum(launch => launch.Count), now),
            RecentTerminations =
            [
                .. assessment.State.RecentTerminations,
                .. victims.Select(victim => new RecentTermination(victim.Instance.Id, now, victim.Reason, IsTold: false)),
            ],
        }, random);
        await journal.WriteAsync(assessment.ChangedLaunches, assessment.Activities, state => state);
        untried.UnionWith(victims.Select(victim => victim.Instance.Id));
        await Task.WhenAll(
            WorkOffAsync(
                victims.Select(victim => (Func<Task>)(() => TerminateAsync(victim, cancellationToken))),
                ReconcilerOptions.TerminationsInFlightMax),
            WorkOffAsync(
                LaunchCalls(assessment, launches, cancellationToken),
                Group.Brakes.LaunchesInFlightMax));
        return await CloseAsync(plan);
    }

    /// <summary>
    /// Looks once more where the plan rests on a look that somebody may have acted after, and where it wants a death: who dies must
    /// look so twice.
    /// </summary>
    private async Task<Assessment> MakeSureAsync(Assessment assessment, CancellationToken cancellationToken)
    {
        var now = await store.FindGroupAsync(Group.Id, cancellationToken);
        if (now is null || now.Group.Phase is GroupPhase.Archived)
        {
            return Inconclusive(assessment);
        }

        if (!IsSame(now, record))
        {
            record = now;
            assessment = reconciler.Assess(record, cloud, await reconciler.ObserveAsync(record, cloud, cancellationToken));
        }

        if (!assessment.WantsToLookAgain && !assessment.Victims.Any())
        {
            return assessment;
        }

        var second = reconciler.Assess(
            record, cloud, await reconciler.ObserveAsync(record, cloud, cancellationToken), lookedAgain: true);
        var suspects = assessment.WantsToLookAgain
            ? assessment.Owned.Where(instance => instance.IsDead).Select(instance => instance.Id).ToHashSet()
            : assessment.Victims.ToHashSet();
        return Without(second, action => action is PlannedAction.Terminate terminate && !suspects.Contains(terminate.Instance.Id));
    }

    /// <summary>
    /// Whether nobody acted between the read that the plan was made from and the lease. The fence is one more now: the lease's.
    /// </summary>
    private static bool IsSame(GroupRecord now, GroupRecord planned) =>
        now.Group.Version == planned.Group.Version
        && now.State.Fence == planned.State.Fence + 1
        && now.State.CheckedAt == planned.State.CheckedAt
        && now.State.RecentTerminations.SequenceEqual(planned.State.RecentTerminations)
        && now.OpenLaunches.SequenceEqual(planned.OpenLaunches);

    /// <summary>
    /// Nothing is done, and nothing written that the first look concluded: somebody may have acted after it, and what they wrote
    /// must stand.
    /// </summary>
    private Assessment Inconclusive(Assessment assessment) => Without(assessment, _ => true) with
    {
        State = record.State,
        OpenLaunches = record.OpenLaunches,
        ChangedLaunches = [],
        Activities = [],
    };

    private static Assessment Without(Assessment assessment, Predicate<PlannedAction> predicate) =>
        assessment with { Plan = assessment.Plan with { Actions = assessment.Plan.Actions.RemoveAll(predicate) } };

    private IEnumerable<Func<Task>> LaunchCalls(
        Assessment assessment, ImmutableArray<PlannedAction.Launch> launches, CancellationToken cancellationToken)
    {
        var ids = identities.Begin(Group, assessment.Owned);
        var resumes = assessment.Plan.Actions.OfType<PlannedAction.Resume>()
            .Select(resume => assessment.OpenLaunches.Single(launch => launch.Id == resume.Id));
        return
        [
            .. resumes.Select(launch => (Func<Task>)(() => ResumeAsync(launch, cancellationToken))),
            .. launches.SelectMany(launch => Enumerable.Repeat<Func<Task>>(
                () => LaunchAsync(launch.Reason, ids, cancellationToken), launch.Count)),
        ];
    }

    /// <summary>Works the queue off with a sliding window: one slow call holds up no other.</summary>
    private Task WorkOffAsync(IEnumerable<Func<Task>> calls, int inFlightMax)
    {
        var work = new Queue<Func<Task>>(calls);
        return Task.WhenAll(Enumerable.Range(0, Math.Min(inFlightMax, work.Count)).Select(_ => WorkAsync()));

        async Task WorkAsync()
        {
            while (MayStart)
            {
                Func<Task>? next;
                lock (gate)
                {
                    if (!work.TryDequeue(out next))
                    {
                        return;
                    }
                }

                await next();
            }
        }
    }

    private async Task LaunchAsync(string reason, ILaunchIdentityRun ids, CancellationToken cancellationToken)
    {
        await cloud.AcquireWriteAsync(cancellationToken);
        var identity = ids.Next();
        for (var spent = 0; MayStart; spent++)
        {
            var now = time.GetUtcNow();
            var launch = new Launch
            {
                Id = identity.Id,
                Group = Group.Id,
                Template = record.Template.Id,
                InstanceName = InstanceNames.For(Group, record.Template, identity.Id, cloud.Traits),
                CreatedAt = now,
                UpdatedAt = now,
                Reason = reason,
            };

            // Written down first: after a crash the instance is found again by this id, not launched twice.
            await journal.WriteAsync([launch], [], state => state);
            if (await CallAsync(launch, identity.Tags, cancellationToken) is not { } instance)
            {
                return;
            }

            if (!IsSpent(instance) || spent >= SpentIdsMax || ids.After(identity) is not { } next)
            {
                OnLaunched(launch, instance);
                return;
            }

            journal.Post([launch with { Phase = LaunchPhase.Settled, Instance = instance.Id }], [], state => state);
            identity = next;
            await cloud.AcquireWriteAsync(cancellationToken);
        }
    }

    private async Task ResumeAsync(Launch launch, CancellationToken cancellationToken)
    {
        await cloud.AcquireWriteAsync(cancellationToken);
        if (MayStart)
        {
            var again = launch with { Attempts = launch.Attempts + 1, UpdatedAt = time.GetUtcNow() };
            await journal.WriteAsync([again], [], state => state);
            if (await CallAsync(again, ImmutableSortedDictionary<string, string>.Empty, cancellationToken) is { } instance)
            {
                OnLaunched(again, instance);
            }
        }
    }

    /// <summary>The call; null when it made nothing or nobody knows, which it has then noted.</summary>
    private async Task<Instance?> CallAsync(
        Launch launch, ImmutableSortedDictionary<string, string> extraTags, CancellationToken cancellationToken)
    {
        // The write may have taken long, and a paused process wakes up anywhere: the last look at the lease is here.
        if (!keeper.IsHeld)
        {
            return null;
        }

        using var timeout = new CancellationTokenSource(cloud.Traits.LaunchTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await cloud.LaunchPermittedAsync(
                new()
                {
                    Launch = launch.Id,
                    IsRepeat = launch.Attempts > 1,
                    Name = launch.InstanceName,
                    Template = record.Template,
                    Tags = MusterTags.For(store.Installation, Group, record.Template, launch.Id).SetItems(extraTags),
                },
                either.Token);
        }
        catch (CloudException error)
        {
            OnLaunchFailed(launch, error);
        }
        catch (OperationCanceledException cancelled) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            OnLaunchFailed(launch, new(
                CloudErrorKind.Ambiguous, $"no answer within {cloud.Traits.LaunchTimeout.TotalSeconds:0} s", innerException: cancelled));
        }

        return null;
    }

    private void OnLaunched(Launch launch, Instance instance)
    {
        if (!IsSpent(instance))
        {
            Note(
                launch with { Phase = LaunchPhase.Accepted, Instance = instance.Id, UpdatedAt = time.GetUtcNow() },
                ActivityType.Launch,
                ActivityStatus.Succeeded,
                $"launched {instance.Name}: {launch.Reason}",
                instance.Id);
            lock (gate)
            {
                launched++;
            }

            return;
        }

        // The id's one instance has lived and died already, unseen; there is nothing to tell but that.
        Note(
            launch with { Phase = LaunchPhase.Settled, Instance = instance.Id, UpdatedAt = time.GetUtcNow() },
            ActivityType.Launch,
            ActivityStatus.Failed,
            $"launch {launch.InstanceName}: its instance is {Words.Of(instance)} already",
            instance.Id);
    }

    private static bool IsSpent(Instance instance) => instance.IsDead || instance.State is InstanceState.Terminating;

    private void OnLaunchFailed(Launch launch, CloudException error)
    {
        var reaction = FailureReaction.To(error.Kind);
        var now = time.GetUtcNow();

        // A refusal says that this call made nothing; of the one before, whose outcome was asked for, it says nothing.
        var isAmbiguous = error.Kind is CloudErrorKind.Ambiguous || launch.Attempts > 1;
        lock (gate)
        {
            failure ??= new(error, $"launch {launch.InstanceName}");
        }

        Note(
            isAmbiguous
                ? launch with { UpdatedAt = now, Failure = error.Message }
                : launch with { Phase = LaunchPhase.Failed, UpdatedAt = now, Failure = error.Message },
            ActivityType.Launch,
            isAmbiguous ? ActivityStatus.Ambiguous : ActivityStatus.Failed,
            $"launch {launch.InstanceName}: {reaction.Words}: {error.Message}",
            instance: null,
            state => reaction.CountsForBreaker
                ? state with { Breaker = state.Breaker.AfterFailure(now, $"{reaction.Words}: {error.Message}", reaction.IsHopeless) }
                : state);
    }

    private async Task TerminateAsync(PlannedAction.Terminate victim, CancellationToken cancellationToken)
    {
        await cloud.AcquireWriteAsync(cancellationToken);
        if (!MayStart)
        {
            return;
        }

        var instance = victim.Instance;
        lock (gate)
        {
            untried.Remove(instance.Id);
        }

        try
        {
            await cloud.TerminatePermittedAsync(instance.Id, cancellationToken);
            Tell(ActivityStatus.Succeeded, $"terminated {instance.Name}: {victim.Reason}", isTold: true);
            lock (gate)
            {
                terminated++;
            }
        }
        catch (CloudException error)
        {
            lock (gate)
            {
                failure ??= new(error, $"terminate {instance.Name}");
            }

            var isAmbiguous = error.Kind is CloudErrorKind.Ambiguous;
            Tell(
                isAmbiguous ? ActivityStatus.Ambiguous : ActivityStatus.Failed,
                $"terminate {instance.Name}: {FailureReaction.To(error.Kind).Words}: {error.Message}",
                isTold: false);
        }

        void Tell(ActivityStatus status, string description, bool isTold) => journal.Post(
            [],
            [ActivityWriter.Make(Group, random, ActivityType.Terminate, status, description, time.GetUtcNow(), instance.Id)],
            state => state with
            {
                // Known not to have happened, it is forgotten; else the next look finds out. From the answer on no new listing
                // shows it alive, and only from then on does the listing's lag count: the call may have taken long.
                RecentTerminations = status is ActivityStatus.Failed
                    ? state.RecentTerminations.RemoveAll(one => one.Instance == instance.Id)
                    : [.. state.RecentTerminations.Select(one => one.Instance == instance.Id ? one with { At = time.GetUtcNow(), IsTold = isTold } : one)],
            });
    }

    private void Note(
        Launch launch,
        ActivityType type,
        ActivityStatus status,
        string description,
        InstanceId? instance,
        Func<GroupState, GroupState>? change = null) => journal.Post(
            [launch],
            [ActivityWriter.Make(Group, random, type, status, description, time.GetUtcNow(), instance, launch.Id)],
            change ?? (state => state));

    private async Task<CheckReport> CloseAsync(Plan plan)
    {
        var now = time.GetUtcNow();
        var isOutdated = IsOutdated;
        var isGone = failure is null && launched + terminated == 0 && Reconciler.IsGone(Group, journal.State, plan);
        var final = Finish(journal.State, isOutdated, now);
        var activities = new ActivityWriter(Group, random, now);
        if (isGone)
        {
            activities.Add(ActivityType.Change, ActivityStatus.Succeeded, "deleted: no instance is left");
        }
        else if (failure is not null && launched + terminated == 0 && !plan.Acts)
        {
            activities.Add(ActivityType.Error, ActivityStatus.Failed, final.Reason);
        }
        else if (isOutdated)
        {
            activities.Add(ActivityType.Hold, ActivityStatus.Succeeded, "the group was changed meanwhile: looking again");
        }
        else if (plan.Holds.Any())
        {
            activities.Add(ActivityType.Hold, ActivityStatus.Succeeded, plan.Explanation);
        }

        await journal.CloseAsync(activities.Drain(), final, isGone ? now : null);
        return new()
        {
            Group = Group.Id,
            Name = Group.Name,
            Interval = Group.Interval,
            Outcome = failure is not null ? CheckOutcome.Failed
                : plan.Holds.Any() || isOutdated ? CheckOutcome.Held
                : launched + terminated > 0 ? CheckOutcome.Acted : CheckOutcome.Idle,
            Plan = plan,
            State = final,
            Activities = journal.Recorded,
        };
    }

    private GroupState Finish(GroupState state, bool isOutdated, DateTimeOffset now)
    {
        var counts = state.Counts with { Pending = state.Counts.Pending + launched };

        // Written down as ending and then never told to end: they live, and count.
        state = state with { RecentTerminations = state.RecentTerminations.RemoveAll(one => untried.Contains(one.Instance)) };
        if (failure is null)
        {
            return state with
            {
                Counts = counts,
                CheckedAt = now,
                FailuresInRow = 0,
                NextAttemptAt = isOutdated ? now : state.NextAttemptAt,
            };
        }

        var reaction = FailureReaction.To(failure.Error.Kind);
        var failures = record.State.FailuresInRow + 1;
        var delay = failure.Error.RetryAfter
            ?? Backoff.WithJitter(Backoff.Delay(failures, reaction.RetryMin, reaction.RetryMax), random);
        var next = now + delay;
        return state with
        {
            Counts = counts,
            CheckedAt = now,
            FailuresInRow = failures,
            Condition = Group.Suspended is Suspension.None ? GroupCondition.Degraded : GroupCondition.Suspended,
            Reason = $"{failure.What}: {reaction.Words}: {failure.Error.Message}",
            NextAttemptAt = state.Breaker.ProbeAt > next ? state.Breaker.ProbeAt : next,
        };
    }

    private sealed record Failure(CloudException Error, string What);
}
