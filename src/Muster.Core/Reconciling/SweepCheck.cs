using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>One level check of every group of an account and cloud, apart from any pulse: one listing serves them all.</summary>
/// <remarks>
/// Nobody's lease of the sweep is needed: who acts takes the group's, and what an idle check tells counts only if nobody acted since.
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="reconciler">Makes the checks.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class SweepCheck(ICheckStore store, Reconciler reconciler, TimeProvider timeProvider)
{
    /// <summary>Checks that act at once.</summary>
    public const int ActingMax = 16;

    /// <summary>Checks them.</summary>
    /// <param name="sweep">Which.</param>
    /// <param name="groups">Read from the store just now.</param>
    /// <param name="cloud">Where they live.</param>
    /// <param name="stopping">Start nothing new, finish what is in flight.</param>
    /// <param name="cancellationToken">Drop everything: what is in flight is found again later.</param>
    /// <returns>A report or a failure for each group.</returns>
    /// <exception cref="StoreException">What the idle ones had to tell could not be written.</exception>
    public async Task<ImmutableArray<SweptGroup>> RunAsync(
        SweepKey sweep,
        ImmutableArray<GroupRecord> groups,
        GovernedCloud cloud,
        CancellationToken stopping,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        Observation observation;

        // Second looks are shared, too.
        var looks = new SharedLooks(timeProvider, cancellationToken);
        try
        {
            observation = await LookAsync();
        }
        catch (CloudException error)
        {
            return await RecordAsync([.. groups.Select(record => reconciler.CouldNotLook(record, error))], cancellationToken);
        }

        // Of groups that live elsewhere, too, this sees a part: the rest holds its places.
        var clouds = GroupClouds.Of(sweep.Cloud, cloud);
        var assessed = new List<(GroupRecord Record, Assessment Assessment)>(groups.Length);
        var acted = new ConcurrentBag<SweptGroup>();
        var look = new SweepLook(observation, LookAsync, timeProvider);
        var begun = new ConcurrentBag<Task>();
        foreach (var record in groups)
        {
            try
            {
                assessed.Add((record, reconciler.Assess(record, clouds, SightOf(record, observation))));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // A bug that one group brings out must not keep the others from their level; it is thrown below.
                begun.Add(Task.FromException(error));
            }
        }

        var acting = BoundedWork.RunAsync(
            assessed.Where(group => group.Assessment.NeedsLease).Select((group, place) => (Func<Task>)(async () =>
            {
                var check = AddAsync(group.Record, group.Assessment, place < ActingMax ? null : look);
                begun.Add(check);

                // A check that fails must not take the others' turn with it; its failure is thrown below.
                await check.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            })),
            ActingMax,
            () => true);
        ImmutableArray<SweptGroup> idle;
        try
        {
            idle = await RecordAsync(
                [.. assessed.Where(group => !group.Assessment.NeedsLease).Select(group => reconciler.Idle(group.Record, group.Assessment))],
                cancellationToken);
        }
        finally
        {
            // What has begun is seen to its end, whatever became of the others.
            await acting;
            await Task.WhenAll(begun);
        }

        return [.. idle, .. acted];

        async Task AddAsync(GroupRecord record, Assessment assessment, SweepLook? young) => acted.Add(await ActAsync(
            record,
            assessment,
            young,
            GroupClouds.Of(sweep.Cloud, cloud.For(new GroupLine(record.Group.Id), looks)),
            stopping,
            cancellationToken));

        Task<Observation> LookAsync() =>
            Observation.MakeAsync(cloud, new(store.Installation, sweep.Account), timeProvider, cancellationToken);
    }

    private static Sight SightOf(GroupRecord record, Observation look) => !record.IsSpread
        ? look
        : Sight.Of([.. record.Clouds.Select(cloud =>
            new CloudSight(cloud, cloud == record.Template.Cloud ? look : null, Failure: null))]);

    /// <summary>One group that fails must not keep the others from their level.</summary>
    private async Task<SweptGroup> ActAsync(
        GroupRecord record,
        Assessment assessment,
        SweepLook? look,
        GroupClouds clouds,
        CancellationToken stopping,
        CancellationToken cancellationToken)
    {
        try
        {
            return new(record.Group.Id, await CheckAsync(record, assessment, look, clouds, stopping, cancellationToken), Failure: null);
        }
        catch (StoreException error)
        {
            return new(record.Group.Id, Report: null, error);
        }
    }

    /// <summary>Acts, if there is still something to do by a look that is young enough.</summary>
    /// <param name="record">The group.</param>
    /// <param name="assessment">What was to be done.</param>
    /// <param name="look">
    /// Set for those that had to wait: the look may be old then. The record is as old as it was, since a look only counts for
    /// what was read before it.
    /// </param>
    /// <param name="clouds">Where.</param>
    /// <param name="stopping">Start nothing new.</param>
    /// <param name="cancellationToken">Drop everything.</param>
    private async Task<CheckReport> CheckAsync(
        GroupRecord record,
        Assessment assessment,
        SweepLook? look,
        GroupClouds clouds,
        CancellationToken stopping,
        CancellationToken cancellationToken)
    {
        try
        {
            assessment = look is null ? assessment : reconciler.Assess(record, clouds, SightOf(record, await look.YoungAsync()));
        }
        catch (CloudException error)
        {
            return await reconciler.RecordIdleAsync(reconciler.CouldNotLook(record, error), cancellationToken);
        }

        return assessment.NeedsLease
            ? await reconciler.ActAsync(record, assessment, clouds, stopping, cancellationToken)
            : await reconciler.RecordIdleAsync(reconciler.Idle(record, assessment), cancellationToken);
    }

    private async Task<ImmutableArray<SweptGroup>> RecordAsync(ImmutableArray<CheckReport> reports, CancellationToken cancellationToken)
    {
        if (!reports.IsEmpty)
        {
            await store.RecordIdleAsync([.. reports.Select(report => report.ToRecord())], sweep: null, cancellationToken);
        }

        return [.. reports.Select(report => new SweptGroup(report.Group, report, Failure: null))];
    }
}

/// <summary>What became of one group of a sweep.</summary>
/// <param name="Group">Which.</param>
/// <param name="Report">What its check came to; null when it failed.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
public sealed record SweptGroup(GroupId Group, CheckReport? Report, StoreException? Failure);
