using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Health.Keeping;

/// <summary>
/// Looks at groups that are probed or get traffic where nobody's checks show them to this server, as with Nomad as the pulse, whose tasks
/// make their checks elsewhere. One of the servers does: the one that makes the rounds over the jobs, too. The others hear nothing.
/// </summary>
/// <param name="keeper">Hears what looks show, on the server that makes them.</param>
/// <param name="store">Which groups there are.</param>
/// <param name="servers">Who shares the store.</param>
/// <param name="holder">This server, as it is listed.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="observer">Hears what fails.</param>
public sealed class HealthLooks(
    ISightings keeper, ICheckStore store, ISweepStore servers, string holder, TimeProvider timeProvider, IHealthObserver observer)
    : ISightings
{
    /// <summary>How soon a new group is found, and another server's end noticed.</summary>
    private static readonly TimeSpan ListEvery = TimeSpan.FromSeconds(30);

    /// <summary>As often as any group may be looked at.</summary>
    private static readonly TimeSpan RoundEvery = Group.IntervalMin;

    /// <summary>Looks at once: each is a listing of a cloud, and others want theirs too.</summary>
    private const int LooksMax = 4;

    private volatile bool _isFirst;

    /// <inheritdoc/>
    public void Saw(
        GroupRecord record, string cloud, ImmutableArray<Instance> instances, DateTimeOffset lookedAt, TimeSpan listingLagMax)
    {
        if (_isFirst)
        {
            keeper.Saw(record, cloud, instances, lookedAt, listingLagMax);
        }
    }

    /// <inheritdoc/>
    public void Missed(GroupId group)
    {
        if (_isFirst)
        {
            keeper.Missed(group);
        }
    }

    /// <inheritdoc/>
    public void Decided(GroupId group)
    {
        if (_isFirst)
        {
            keeper.Decided(group);
        }
    }

    /// <summary>Looks until <paramref name="stopping"/>.</summary>
    /// <param name="pulse">Makes looks: what a plan begins with is one.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task RunAsync(IPulse pulse, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(pulse);
        var startedAt = timeProvider.GetTimestamp();
        var listAt = TimeSpan.Zero;
        Dictionary<GroupId, (string Name, TimeSpan Interval, TimeSpan Due)> known = [];
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var now = timeProvider.GetElapsedTime(startedAt);
                if (now >= listAt)
                {
                    _isFirst = await IsFirstAsync(stopping);
                    known = _isFirst ? await ListAsync(known, now, stopping) : [];
                    listAt = now + ListEvery;
                }

                var due = known.Where(group => group.Value.Due <= now).ToList();
                foreach (var (id, group) in due)
                {
                    known[id] = group with { Due = now + group.Interval };
                }

                await Parallel.ForEachAsync(
                    due,
                    new ParallelOptions { MaxDegreeOfParallelism = LooksMax, CancellationToken = stopping },
                    async (group, cancellationToken) => await LookAsync(pulse, group.Key, group.Value.Name, cancellationToken));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                observer.OnLookFailed("which groups there are to probe", error);
            }

            await Task.Delay(RoundEvery, timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> IsFirstAsync(CancellationToken cancellationToken)
    {
        var living = await servers.ListServersAsync(timeProvider.GetUtcNow(), cancellationToken);
        return living.IsEmpty || living[0].Holder == holder;
    }

    private async Task<Dictionary<GroupId, (string Name, TimeSpan Interval, TimeSpan Due)>> ListAsync(
        Dictionary<GroupId, (string Name, TimeSpan Interval, TimeSpan Due)> known, TimeSpan now, CancellationToken cancellationToken)
    {
        Dictionary<GroupId, (string Name, TimeSpan Interval, TimeSpan Due)> found = [];
        foreach (var sweep in await servers.ListSweepsAsync(cancellationToken))
        {
            foreach (var record in await store.LoadSweepAsync(sweep.Sweep, cancellationToken))
            {
                // Those of whose instances something is said are looked at as well: it ends with the instances.
                var group = record.Group;
                if (group.Health is { Kind: not ProbeKind.Report } || !group.Traffic.IsEmpty || !group.Hooks.All.IsEmpty
                    || !record.Notes.IsDefaultOrEmpty)
                {
                    var due = known.GetValueOrDefault(group.Id).Due;
                    found[group.Id] = (group.Name, group.Interval, due > now ? due : now);
                }
            }
        }

        return found;
    }

    private async Task LookAsync(IPulse pulse, GroupId group, string name, CancellationToken cancellationToken)
    {
        try
        {
            await pulse.PlanAsync(group, assumed: null, cancellationToken);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            // It was deleted since it was listed.
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            observer.OnLookFailed($"group {name}", error);
            keeper.Missed(group);
        }
    }
}
