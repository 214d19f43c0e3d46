using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Nomad.Client;
using Muster.Nomad.Jobs;
using Muster.Nomad.Wire;

namespace Muster.Nomad.Reconciling;

/// <summary>Keeps Nomad's jobs as the store's groups want them: looks at both, plans, acts.</summary>
/// <remarks>
/// Any number of servers may do it at once: every change is made at the index that was seen, and the same change twice is none.
/// With nothing to do a round is one list of Nomad and one read of the store. See
/// docs/decisions/0071-jobs-are-reconciled-like-instances.md.
/// </remarks>
public sealed class JobReconciler
{
    private readonly IPulseStore _store;
    private readonly NomadClient _client;
    private readonly JobSettings _settings;
    private readonly JobLimits _limits;
    private readonly TimeProvider _timeProvider;
    private readonly IJobObserver _observer;
    private readonly JobRegistrar _registrar;
    private readonly Placements _placements;

    /// <param name="store">Where groups are.</param>
    /// <param name="client">Where jobs are.</param>
    /// <param name="settings">How jobs are made.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="ledger">What this server knows of its jobs.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="observer">Hears what is done.</param>
    public JobReconciler(
        IPulseStore store,
        NomadClient client,
        JobSettings settings,
        JobLimits limits,
        JobLedger ledger,
        TimeProvider timeProvider,
        IJobObserver observer)
    {
        ArgumentNullException.ThrowIfNull(store);
        (_store, _client, _settings, _limits) = (store, client, settings, limits);
        (Ledger, _timeProvider, _observer) = (ledger, timeProvider, observer);
        _placements = new(client, ledger, limits, timeProvider, observer);
        _registrar = new(store.Installation, client, settings, ledger, timeProvider, observer);
    }

    /// <summary>What this server knows of its jobs.</summary>
    public JobLedger Ledger { get; }

    /// <summary>Every living group, as the last round saw them; none where another server makes the rounds.</summary>
    public GroupCensus Census { get; private set; } = GroupCensus.None;

    /// <summary>One round over all jobs.</summary>
    /// <returns>What there was to do.</returns>
    /// <exception cref="NomadException">Nomad does not answer, or refuses the token: nothing more is tried.</exception>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<ImmutableArray<JobAction>> RunAsync(CancellationToken cancellationToken)
    {
        // Nomad first: a group that is made between the two looks is wanted and not seen, and its job is then there already. The other way
        // round its job would be seen and not wanted.
        var seen = await SeeAllAsync(cancellationToken);
        var sweeps = await ReadSweepsAsync(cancellationToken);
        Count(sweeps, seen);
        var wanted = Wanted(sweeps);
        Remember(wanted, seen);
        await _placements.NoteAsync(seen, cancellationToken);
        NoteUnheard(sweeps, seen);
        var plan = Plan(wanted, seen);
        await ActAsync(plan, cancellationToken);
        return plan;
    }

    /// <summary>Every living group, as the last round read them.</summary>
    internal ImmutableArray<CheckedGroup> Groups { get; private set; } = [];

    /// <summary>Whether a job checks that group and no other.</summary>
    public bool HasOwnJob(GroupRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return KeyOf(record) == JobKey.Of(record.Group.Id);
    }

    /// <summary>Another server makes the rounds.</summary>
    public void Rest()
    {
        (Census, Groups) = (GroupCensus.None, []);
        Ledger.Rest();
    }

    /// <summary>Of each job that there must be, one of the groups that a run of it checks.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<ImmutableArray<GroupId>> ReadOneOfEachJobAsync(CancellationToken cancellationToken) =>
    [
        .. (await ReadSweepsAsync(cancellationToken)).SelectMany(sweep => sweep.Groups).DistinctBy(KeyOf).Select(record => record.Group.Id),
    ];

    /// <summary>Makes one group's job what it should be and has it run at once, unless a check runs already.</summary>
    /// <returns>What came of it.</returns>
    /// <exception cref="NomadException">Nomad does not answer, or refuses.</exception>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<HurryOutcome> HurryAsync(GroupId group, CancellationToken cancellationToken)
    {
        var record = await _store.FindGroupAsync(group, cancellationToken);
        if (record is null || record.Group.Phase is GroupPhase.Archived)
        {
            Ledger.Leave(group);
            return HurryOutcome.Gone;
        }

        return await HurryAsync(record, cancellationToken);
    }

    /// <summary>Has a group checked again if it is on its way somewhere, and removes its job when it lives no more.</summary>
    /// <param name="group">Which.</param>
    /// <param name="followUps">Follow-ups in a row before it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>When to follow up once more; null when the group has settled, or its next tick is soon enough.</returns>
    /// <exception cref="NomadException">Nomad does not answer, or refuses.</exception>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<TimeSpan?> FollowUpAsync(GroupId group, int followUps, CancellationToken cancellationToken)
    {
        var record = await _store.FindGroupAsync(group, cancellationToken);
        if (record is null || record.Group.Phase is GroupPhase.Archived)
        {
            Ledger.Leave(group);
            await ActAsync(
                Plan([], await SeeAsync(JobIds.Prefix(_store.Installation, JobKey.Of(group)), cancellationToken)), cancellationToken);
            return null;
        }

        if (!record.State.IsUnsettled)
        {
            return null;
        }

        // One run of a sweep's job is the follow-up of all its groups. A check that runs already is left alone: it looks late enough.
        if (_timeProvider.GetUtcNow() - Ledger.ForcedAt(KeyOf(record)) is not { } ago || ago >= _limits.FollowUpMin)
        {
            await HurryAsync(record, cancellationToken);
        }

        var wait = Backoff.Delay(followUps + 2, _limits.FollowUpMin, record.Group.Interval);
        return wait < record.Group.Interval ? wait : null;
    }

    private async Task<HurryOutcome> HurryAsync(GroupRecord record, CancellationToken cancellationToken)
    {
        var wanted = await WantedForAsync(record, cancellationToken);
        Ledger.Place(record.Group.Id, wanted.Key);
        var seen = await SeeAsync(JobIds.Prefix(_store.Installation, wanted.Key), cancellationToken);
        var job = JobPlanner.Keeper(seen.Where(one => one.Parent is null));
        if (JobPlanner.Keep(_store.Installation, wanted, job, Ledger.Known.GetValueOrDefault(wanted.Key)) is { } action)
        {
            if (!await _registrar.TryRegisterAsync(action, cancellationToken))
            {
                return HurryOutcome.Busy;
            }
        }

        // Nomad would run a second check beside a running one, with what the first one was told not to know.
        if (seen.FirstOrDefault(one => one.Parent is not null && one.Status is not SeenStatus.Dead) is { } child)
        {
            await _placements.NoteAsync([child], cancellationToken);
            return HurryOutcome.Busy;
        }

        return await ForceAsync(wanted.Key, job?.Id ?? JobIds.Make(_store.Installation, wanted), seen, cancellationToken);
    }

    /// <summary>Forgets jobs that are wanted no more, and obstacles that a later check got around.</summary>
    private void Remember(ImmutableArray<WantedJob> wanted, ImmutableArray<SeenJob> seen)
    {
        var keys = wanted.Select(job => job.Key).ToHashSet();
        Ledger.Forget(key => !keys.Contains(key));
        foreach (var child in seen.Where(job => job.Parent is not null && job.Status is not SeenStatus.Pending))
        {
            Ledger.Clear(child.Key, child.Id, child.SubmittedAt);
        }
    }

    /// <summary>
    /// Notes jobs whose checks are started and end while no group of theirs is checked: the executable is not where it should be, or the
    /// server cannot be reached from there. Nomad calls such a job fine, and nothing else would tell.
    /// </summary>
    private void NoteUnheard(ImmutableArray<SweepGroups> sweeps, ImmutableArray<SeenJob> seen)
    {
        var now = _timeProvider.GetUtcNow();
        var last = seen
            .Where(job => job.Parent is not null)
            .GroupBy(job => job.Key)
            .ToDictionary(children => children.Key, children => children.MaxBy(child => child.CreateIndex)!);
        foreach (var groups in sweeps.SelectMany(sweep => sweep.Groups).GroupBy(KeyOf))
        {
            var heardAt = groups.Max(record => record.State.CheckedAt ?? record.Group.CreatedAt);
            // What is known to stand in the way says more.
            if (Ledger.Obstacle(groups.Key) is not (null or { Kind: ObstacleKind.NoReport }))
            {
                continue;
            }

            if (last.TryGetValue(groups.Key, out var child)
                && child.Status is SeenStatus.Dead
                && child.SubmittedAt > heardAt
                && groups.All(record => GroupCensus.IsMissed(record, _limits.MissedGrace, now)))
            {
                Ledger.Obstruct(
                    groups.Key,
                    new(
                        ObstacleKind.NoReport,
                        $"its checks end and report nothing, so nobody checks it: 'nomad job status {child.Id}' leads to why",
                        now));
            }
            else
            {
                Ledger.Hear(groups.Key);
            }
        }
    }

    private async Task<HurryOutcome> ForceAsync(JobKey key, string id, ImmutableArray<SeenJob> seen, CancellationToken cancellationToken)
    {
        try
        {
            var forced = await _client.ForceAsync(id, cancellationToken);

            // A second force within a second makes no second check: the child is the one that has ended already.
            var evaluation = await _placements.ReadAsync(forced.EvaluationId, cancellationToken);
            if (seen.Any(one => one.Id == evaluation.JobId))
            {
                return HurryOutcome.Busy;
            }

            _placements.Note(key, evaluation);
            Ledger.Force(key, _timeProvider.GetUtcNow());
            return HurryOutcome.Forced;
        }
        catch (NomadException error) when (error.Kind is NomadErrorKind.NotFound or NomadErrorKind.NotTracked)
        {
            // Removed or stopped since it was seen.
            return HurryOutcome.Busy;
        }
    }

    private async Task<ImmutableArray<SeenJob>> SeeAsync(string prefix, CancellationToken cancellationToken) =>
        [.. (await _client.ListJobsAsync(prefix, cancellationToken))
            .Select(entry => SeenJob.Of(_store.Installation, entry)).OfType<SeenJob>()];

    /// <summary>
    /// The installation's jobs and children. While Nomad is away checks are missed, so the groups are counted all the same.
    /// </summary>
    private async Task<ImmutableArray<SeenJob>> SeeAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await SeeAsync(JobIds.Prefix(_store.Installation), cancellationToken);
        }
        catch (NomadException) when (_timeProvider.GetUtcNow() - Census.At >= _limits.RoundEvery)
        {
            Count(await ReadSweepsAsync(cancellationToken), []);
            throw;
        }
    }

    private void Count(ImmutableArray<SweepGroups> sweeps, ImmutableArray<SeenJob> seen)
    {
        Census = GroupCensus.Of(sweeps, seen, _settings.Unit, _limits.MissedGrace, _timeProvider.GetUtcNow());
        Groups =
        [
            .. sweeps.SelectMany(sweep => sweep.Groups).Select(
                record => new CheckedGroup(record.Group.Account, record.Group.Id, KeyOf(record))),
        ];
        Ledger.Place(Groups);
    }

    private async Task<ImmutableArray<SweepGroups>> ReadSweepsAsync(CancellationToken cancellationToken)
    {
        var sweeps = ImmutableArray.CreateBuilder<SweepGroups>();
        foreach (var share in await _store.ListSweepsAsync(cancellationToken))
        {
            sweeps.Add(new(share.Sweep, await _store.LoadSweepAsync(share.Sweep, cancellationToken)));
        }

        return sweeps.DrainToImmutable();
    }

    private ImmutableArray<WantedJob> Wanted(ImmutableArray<SweepGroups> sweeps) =>
    [
        .. sweeps.SelectMany(sweep => sweep.Groups).Where(HasOwnJob).Select(record => WantedJob.Of(record.Group)),
        .. sweeps
            .Select(sweep => (sweep.Key, Groups: sweep.Groups.RemoveAll(HasOwnJob)))
            .Where(sweep => !sweep.Groups.IsEmpty)
            .Select(sweep => WantedJob.Of(sweep.Key, sweep.Groups.Select(record => record.Group))),
    ];

    private async Task<WantedJob> WantedForAsync(GroupRecord record, CancellationToken cancellationToken)
    {
        if (HasOwnJob(record))
        {
            return WantedJob.Of(record.Group);
        }

        var sweep = new SweepKey(record.Group.Account, record.Template.Cloud);
        var others = (await _store.LoadSweepAsync(sweep, cancellationToken)).RemoveAll(HasOwnJob);
        return WantedJob.Of(sweep, others.Select(other => other.Group).Append(record.Group));
    }

    private ImmutableArray<JobAction> Plan(ImmutableArray<WantedJob> wanted, ImmutableArray<SeenJob> seen) =>
        JobPlanner.Plan(_store.Installation, wanted, seen, Ledger.Known, _settings.Timeout, _limits, _timeProvider.GetUtcNow());

    private async Task ActAsync(ImmutableArray<JobAction> plan, CancellationToken cancellationToken)
    {
        // What takes a job's place is there, or was tried, before anything is removed.
        foreach (var isRemoval in new[] { false, true })
        {
            await Parallel.ForEachAsync(
                plan.Where(action => action is JobAction.Remove == isRemoval),
                new ParallelOptions { MaxDegreeOfParallelism = _limits.CallsInFlightMax, CancellationToken = cancellationToken },
                async (action, token) => await ActAsync(action, token));
        }
    }

    /// <summary>Does one thing. One job that Nomad refuses must not keep the others from theirs.</summary>
    private async Task ActAsync(JobAction action, CancellationToken cancellationToken)
    {
        try
        {
            await (action switch
            {
                JobAction.Register register => _registrar.TryRegisterAsync(register, cancellationToken),
                JobAction.Remove remove => RemoveAsync(remove, cancellationToken),
                JobAction.Unblock unblock => UnblockAsync(unblock, cancellationToken),
                JobAction.Stop => EndAsync(action, purge: false, cancellationToken),
                JobAction.Purge => EndAsync(action, purge: true, cancellationToken),
                _ => throw new System.Diagnostics.UnreachableException($"action {action.GetType()}"),
            });
        }
        catch (NomadException error) when (error.Kind is not (NomadErrorKind.Unavailable or NomadErrorKind.Unauthorized))
        {
            _observer.OnFailed($"{action.GetType().Name} of Nomad job {action.Id}", error, _limits.RoundEvery);
        }
    }

    private async Task RemoveAsync(JobAction.Remove action, CancellationToken cancellationToken)
    {
        if (await IsOursAndDoneAsync(action, cancellationToken))
        {
            await EndAsync(action, purge: true, cancellationToken);
        }
    }

    /// <summary>
    /// Looks again before a job is removed: at what it says of itself, and whether all that it checks lives no more or
    /// is checked by another job.
    /// </summary>
    private async Task<bool> IsOursAndDoneAsync(JobAction.Remove action, CancellationToken cancellationToken)
    {
        JobFacts facts;
        try
        {
            facts = await _client.ReadJobAsync(action.Id, cancellationToken);
        }
        catch (NomadException error) when (error.Kind is NomadErrorKind.NotFound)
        {
            return false;
        }

        var meta = facts.Meta ?? [];
        return meta.GetValueOrDefault(JobMeta.Installation) == _store.Installation.ToString()
            && (action.IsDouble || await IsCheckedOtherwiseAsync(meta, cancellationToken));
    }

    /// <summary>
    /// Whether everything that a job checks is checked by another that this server knows to be there, as when the unit was changed, or the
    /// clouds of a group.
    /// </summary>
    private async Task<bool> IsCheckedOtherwiseAsync(Dictionary<string, string> meta, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(meta.GetValueOrDefault(JobMeta.Group), out var id))
        {
            var record = await _store.FindGroupAsync(new GroupId(id), cancellationToken);
            return record is null or { Group.Phase: GroupPhase.Archived } || IsCheckedBesides(JobKey.Of(record.Group.Id), record);
        }

        if (Guid.TryParse(meta.GetValueOrDefault(JobMeta.Account), out var account) && meta.GetValueOrDefault(JobMeta.Cloud) is { } cloud)
        {
            var sweep = new SweepKey(new AccountId(account), cloud);
            return (await _store.LoadSweepAsync(sweep, cancellationToken)).All(record => IsCheckedBesides(JobKey.Of(sweep), record));
        }

        // It does not say what it checks, and its id is no wanted one.
        return true;

        bool IsCheckedBesides(JobKey job, GroupRecord record) => KeyOf(record) is var key && key != job && Ledger.Known.ContainsKey(key);
    }

    private JobKey KeyOf(GroupRecord record) => JobKey.Of(_settings.Unit, record);

    private async Task UnblockAsync(JobAction.Unblock action, CancellationToken cancellationToken)
    {
        await _placements.NoteAsync(action.Key, action.Id, cancellationToken);
        await EndAsync(action, purge: true, cancellationToken);
    }

    private async Task EndAsync(JobAction action, bool purge, CancellationToken cancellationToken)
    {
        await _client.DeregisterAsync(action.Id, purge, cancellationToken);
        _observer.OnDone(action);
    }
}
