using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Core.Reconciling;

/// <summary>The acting stage's launches: new ones, and those asked again.</summary>
/// <remarks>
/// The order that makes a crash harmless: wait for the right to call, write the intent, make sure of the lease, call, write the outcome.
/// The hour's count is written with the intent, and what surely did not happen is given back with the outcome.
/// </remarks>
internal sealed class LaunchCalls(
    ICheckStore store,
    TimeProvider timeProvider,
    IRandomSource random,
    ILaunchIdentities identities,
    GroupClouds clouds,
    LeaseKeeper keeper,
    CheckStops stops,
    CheckJournal journal,
    GroupRecord record,
    Assessment assessment)
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<LaunchId, Launch> _launches = assessment.OpenLaunches.ToDictionary(launch => launch.Id);
    private int _made;
    private int _begun;

    // One for each placement, kept for the whole check: a second round that began to count anew would ask for the first one's ids.
    // Touched by one round at a time.
    private readonly Dictionary<string, ILaunchIdentityRun> _identities = new(StringComparer.Ordinal);

    /// <summary>How many the cloud answered with an instance.</summary>
    public int Made
    {
        get
        {
            lock (_gate)
            {
                return _made;
            }
        }
    }

    /// <summary>The ledger's open entries, as they are now.</summary>
    public ImmutableArray<Launch> Open
    {
        get
        {
            lock (_gate)
            {
                return [.. _launches.Values.Where(launch => launch.IsOpen)
                    .OrderBy(launch => launch.CreatedAt)
                    .ThenBy(launch => launch.Id.Value)];
            }
        }
    }

    private Group Group => record.Group;

    /// <summary>How many new launches were begun.</summary>
    public int Begun
    {
        get
        {
            lock (_gate)
            {
                return _begun;
            }
        }
    }

    /// <summary>
    /// Makes the calls of a plan, until something stops them. May be called again in the same check, after it has returned.
    /// </summary>
    /// <param name="plan">What to launch, and what to ask again.</param>
    /// <param name="cancellationToken">Drop everything.</param>
    /// <param name="forLevelAlone">Whether what is to be launched for the warm pool is left out.</param>
    /// <exception cref="StoreException">An intent could not be written, or a template not be read.</exception>
    public async Task RunAsync(Plan plan, CancellationToken cancellationToken, bool forLevelAlone = false)
    {
        var calls = new List<Func<Task>>();
        ImmutableArray<Instance> owned = [.. plan.Slices.SelectMany(one => one.Slice.Owned)];
        foreach (var part in plan.Slices)
        {
            if (clouds.Find(part.Placement.Cloud) is not { } cloud)
            {
                continue;
            }

            var placement = part.Placement;
            var resumes = await ResumesAsync(part, cancellationToken);
            calls.AddRange(resumes.Select(resume =>
                (Func<Task>)(() => ResumeAsync(placement, cloud, resume.Launch, resume.Template, cancellationToken))));
            var wanted = part.Actions.OfType<PlannedAction.Launch>().Where(launch => !(forLevelAlone && launch.IsForPool)).ToList();
            if (wanted.Count > 0)
            {
                var ids = IdentitiesOf(placement, owned);
                calls.AddRange(wanted.SelectMany(launch => Enumerable.Repeat<Func<Task>>(
                    () => LaunchAsync(
                        placement, cloud, record.ReasonIn(placement, launch.Reason), launch.IsForPool, ids, cancellationToken),
                    launch.Count)));
            }
        }

        await BoundedWork.RunAsync(calls, Group.Brakes.LaunchesInFlightMax, () => !stops.IsOver);
    }

    private ILaunchIdentityRun IdentitiesOf(Placement placement, ImmutableArray<Instance> owned)
    {
        if (!_identities.TryGetValue(placement.Name, out var ids))
        {
            ids = identities.Begin(Group.Id, placement.Name, owned, assessment.State.Of(placement.Name).Breaker);
            _identities.Add(placement.Name, ids);
        }

        return ids;
    }

    /// <summary>What is asked again, each with the template that it was written down with: the group may have another by now.</summary>
    private async Task<List<(Launch Launch, Template Template)>> ResumesAsync(SlicePlan part, CancellationToken cancellationToken)
    {
        var templates = new Dictionary<TemplateId, Template> { [part.Placement.Template.Id] = part.Placement.Template };
        var resumes = new List<(Launch, Template)>();
        foreach (var resume in part.Actions.OfType<PlannedAction.Resume>())
        {
            var launch = _launches[resume.Id];
            if (!templates.TryGetValue(launch.Template, out var template))
            {
                template = await store.FindTemplateAsync(Group.Id, launch.Template, cancellationToken)
                    ?? throw new StoreException(
                        StoreErrorKind.Unusable,
                        $"the store does not know template {launch.Template}, "
                        + $"which launch {launch.Id} of group {Group.Name} was made from");
                templates.Add(launch.Template, template);
            }

            resumes.Add((launch, template));
        }

        return resumes;
    }

    private async Task LaunchAsync(
        Placement placement,
        GovernedCloud cloud,
        string reason,
        bool isForPool,
        ILaunchIdentityRun ids,
        CancellationToken cancellationToken)
    {
        if (!stops.MayLaunch(placement))
        {
            return;
        }

        await cloud.AcquireWriteAsync(cancellationToken);
        var identity = ids.Next();
        var spent = new SpentIds();
        while (stops.MayLaunch(placement))
        {
            var now = timeProvider.GetUtcNow();
            var launch = new Launch
            {
                Id = identity.Id,
                Group = Group.Id,
                Template = placement.Template.Id,
                Placement = record.IsSpread ? placement.Name : null,
                Cloud = record.IsSpread ? placement.Cloud : null,
                InstanceName = InstanceNames.For(Group, placement.Template, identity.Id, cloud.Traits),
                Tags = new(TagsOf(identity, placement, isForPool)),
                CreatedAt = now,
                UpdatedAt = now,
                Reason = reason,
            };

            await WriteIntentAsync(launch);
            if (await CallAsync(placement, cloud, launch, placement.Template, cancellationToken) is not { } instance)
            {
                return;
            }

            if (!IsSpent(instance) || !spent.MayTryNext(launch, instance) || ids.After(identity) is not { } next)
            {
                OnLaunched(placement, launch, instance);
                return;
            }

            // The id's one instance has lived and died already. By the cloud's clock, that is: it may have been this
            // call, so it stays spent.
            Write(launch with { Phase = LaunchPhase.Settled, Instance = instance.Id }, [], state => state);
            identity = next;
            await cloud.AcquireWriteAsync(cancellationToken);
        }
    }

    /// <summary>What goes with the launch beside what its template and ids say.</summary>
    private ImmutableSortedDictionary<string, string> TagsOf(LaunchIdentity identity, Placement placement, bool isForPool)
    {
        var tags = identity.Tags.SetItem(MusterTags.GroupName, Group.Name);
        tags = isForPool ? tags.SetItem(MusterTags.Pool, bool.TrueString.ToLowerInvariant()) : tags;
        if (Group.Layout is not null)
        {
            tags = tags.SetItem(MusterTags.Placement, placement.Name);
        }

        tags = placement.Zone is { } zone ? tags.SetItem(MusterTags.Zone, zone) : tags;
        return placement.Spec.IsInterruptible ? tags.SetItem(MusterTags.Interruptible, bool.TrueString.ToLowerInvariant()) : tags;
    }

    /// <summary>Written down first: after a crash the instance is found again by this id, not launched twice.</summary>
    private Task WriteIntentAsync(Launch launch)
    {
        lock (_gate)
        {
            _begun++;
        }

        return WriteAsync(launch);
    }

    private Task WriteAsync(Launch launch) => journal.WriteAsync(
        [Noted(launch)],
        [],
        state => state with { Launched = state.Launched.Add(1, launch.CreatedAt) },
        new(
            launch with { Phase = LaunchPhase.Failed, Failure = "never called: it could not be written down" },
            state => state with { Launched = state.Launched.GiveBack(launch.CreatedAt) }));

    private async Task ResumeAsync(
        Placement placement, GovernedCloud cloud, Launch launch, Template template, CancellationToken cancellationToken)
    {
        if (!stops.MayLaunch(placement))
        {
            return;
        }

        await cloud.AcquireWriteAsync(cancellationToken);
        if (stops.MayLaunch(placement))
        {
            var again = launch with { Attempts = launch.Attempts + 1, UpdatedAt = timeProvider.GetUtcNow() };
            await journal.WriteAsync([Noted(again)], [], state => state);
            if (await CallAsync(placement, cloud, again, template, cancellationToken) is { } instance)
            {
                OnLaunched(placement, again, instance);
            }
        }
    }

    /// <summary>The call; null when it made nothing or nobody knows, which it has then noted.</summary>
    private async Task<Instance?> CallAsync(
        Placement placement, GovernedCloud cloud, Launch launch, Template template, CancellationToken cancellationToken)
    {
        // The write may have taken long, and a paused process wakes up anywhere: the last look at the lease is here.
        if (!keeper.IsHeld)
        {
            OnNeverCalled(launch);
            return null;
        }

        using var timeout = new CancellationTokenSource(cloud.Traits.LaunchTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await cloud.LaunchPermittedAsync(
                new()
                {
                    Launch = launch.Id,
                    IsRepeat = launch.Attempts > 1,
                    Name = launch.InstanceName,
                    Template = await FilledAsync(launch, template, either.Token),
                    Zone = launch.Tags?.Values.GetValueOrDefault(MusterTags.Zone),
                    IsInterruptible = launch.Tags?.Values.ContainsKey(MusterTags.Interruptible) is true,
                    Tags = TagsOf(launch, template),
                },
                either.Token);
        }
        catch (CloudException error)
        {
            OnFailed(placement, launch, error);
        }
        catch (OperationCanceledException cancelled) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            OnFailed(placement, launch, new(
                CloudErrorKind.Ambiguous, $"no answer within {cloud.Traits.LaunchTimeout.TotalSeconds:0} s", innerException: cancelled));
        }

        return null;
    }

    /// <summary>With what the template leaves open, the same for each attempt. Written down is the template as it is.</summary>
    private async ValueTask<Template> FilledAsync(Launch launch, Template template, CancellationToken cancellationToken)
    {
        if (!Placeholders.AreIn(template))
        {
            return template;
        }

        var pass = await identities.PassAsync(Group.Account, launch, cancellationToken);
        return Placeholders.Fill(template, pass.Token, pass.Url);
    }

    /// <summary>The same for each attempt: a launch of before there were tags in the ledger goes by the group's present name.</summary>
    private ImmutableSortedDictionary<string, string> TagsOf(Launch launch, Template template)
    {
        var tags = InstanceTags.For(store.Installation, Group, template, launch.Id);
        return launch.Tags is { } kept ? tags.SetItems(kept.Values) : tags;
    }

    private void OnLaunched(Placement placement, Launch launch, Instance instance)
    {
        var now = timeProvider.GetUtcNow();
        if (!IsSpent(instance))
        {
            lock (_gate)
            {
                _made++;
            }

            Write(
                launch with { Phase = LaunchPhase.Accepted, Instance = instance.Id, Failure = null, UpdatedAt = now },
                [Tell(launch, ActivityStatus.Succeeded, $"launched {instance.Name}: {launch.Reason}", instance.Id)],
                state => Taken(state, placement));
            return;
        }

        // The id's one instance has lived and died already, unseen: a failed launch, unless somebody ended it. What is left of
        // it, the next look shows.
        Write(
            launch with
            {
                Phase = instance.IsDead ? LaunchPhase.Accepted : LaunchPhase.Settled,
                Instance = instance.Id,
                Failure = instance.IsDead ? $"its instance is {Words.Of(instance)} already" : null,
                UpdatedAt = now,
            },
            [Tell(
                launch, ActivityStatus.Failed, $"launch {launch.InstanceName}: its instance is {Words.Of(instance)} already", instance.Id)],
            state => instance.IsDead
                ? AfterFailure(state, placement, now, $"{instance.Name} {Words.Of(instance)}", isHopeless: false)
                : state);
    }

    /// <summary>
    /// Written down, and the lease could not be trusted any more: the call was not made. Of an earlier one this says nothing.
    /// </summary>
    private void OnNeverCalled(Launch launch)
    {
        if (launch.Attempts == 1)
        {
            Write(
                launch with
                {
                    Phase = LaunchPhase.Failed,
                    UpdatedAt = timeProvider.GetUtcNow(),
                    Failure = "never called: the lease could not be kept",
                },
                [],
                state => state with { Launched = state.Launched.GiveBack(launch.CreatedAt) });
        }
    }

    private static bool IsSpent(Instance instance) => instance.IsDead || instance.State is InstanceState.Terminating;

    private void OnFailed(Placement placement, Launch launch, CloudException error)
    {
        var reaction = FailureReaction.To(error.Kind);
        var now = timeProvider.GetUtcNow();

        // A refusal says that this call made nothing; of the one before, whose outcome was asked for, it says nothing.
        var isAmbiguous = error.Kind is CloudErrorKind.Ambiguous || launch.Attempts > 1;
        var failure = new CheckFailure(error, $"launch {launch.InstanceName}");
        stops.OnLaunchFailed(placement, failure);
        Write(
            isAmbiguous
                ? launch with { UpdatedAt = now, Failure = error.Message }
                : launch with { Phase = LaunchPhase.Failed, UpdatedAt = now, Failure = error.Message },
            [Tell(launch, isAmbiguous ? ActivityStatus.Ambiguous : ActivityStatus.Failed, failure.Words, instance: null)],
            state =>
            {
                // What surely did not happen is not spent.
                var spent = isAmbiguous ? state : state with { Launched = state.Launched.GiveBack(launch.CreatedAt) };

                // With another place to go, one refusal for want of room is enough: this one is tried again later, by one launch.
                var closes = reaction.IsHopeless || (record.Group.Layout is not null && reaction.IsWantOfRoom);
                var after = reaction.CountsForBreaker
                    ? AfterFailure(spent, placement, now, $"{reaction.Words}: {error.Message}", closes)
                    : spent;
                return record.IsSpread && !isAmbiguous ? Unavailable(after, placement, error.Kind, now) : after;
            });
    }

    private static GroupState AfterFailure(GroupState state, Placement placement, DateTimeOffset now, string failure, bool isHopeless)
    {
        var before = state.Of(placement.Name);
        return state.With(before with { Breaker = before.Breaker.AfterFailure(now, failure, isHopeless) });
    }

    /// <summary>A placement whose cloud took a launch takes launches.</summary>
    private GroupState Taken(GroupState state, Placement placement) =>
        record.IsSpread && state.Of(placement.Name) is { FailingSince: not null } before
            ? state.With(before with { FailingSince = null })
            : state;

    private static GroupState Unavailable(GroupState state, Placement placement, CloudErrorKind kind, DateTimeOffset now)
    {
        var before = state.Of(placement.Name);
        return state.With(before with
        {
            UnavailableAt = now,
            UnavailableFor = kind,
            FailingSince = FailureReaction.To(kind).IsAboutCloud ? before.FailingSince ?? now : before.FailingSince,
        });
    }

    private Activity Tell(Launch launch, ActivityStatus status, string description, InstanceId? instance) =>
        ActivityWriter.Make(Group, random, ActivityType.Launch, status, description, timeProvider.GetUtcNow(), instance, launch.Id);

    private void Write(Launch launch, ImmutableArray<Activity> activities, Func<GroupState, GroupState> change) =>
        journal.Post([Noted(launch)], activities, change);

    private Launch Noted(Launch launch)
    {
        lock (_gate)
        {
            _launches[launch.Id] = launch;
        }

        return launch;
    }
}
