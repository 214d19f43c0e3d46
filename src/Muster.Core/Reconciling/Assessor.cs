using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Planning;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Core.Traffic;

namespace Muster.Core.Reconciling;

/// <summary>The first two stages of a check: looks at a group, and says what the look means. Does nothing.</summary>
/// <param name="installation">Whose instances count.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">For activity ids and jitter.</param>
/// <param name="identities">For launch ids.</param>
/// <param name="options">Limits.</param>
/// <param name="prices">What instances cost.</param>
/// <param name="loads">How busy they are; null where nobody measures.</param>
/// <param name="traffic">Whether traffic reaches them; null where nobody takes them in and out of service.</param>
internal sealed class Assessor(
    InstallationId installation,
    TimeProvider timeProvider,
    IRandomSource random,
    ILaunchIdentities identities,
    ReconcilerOptions options,
    IPrices prices,
    ILoads? loads,
    ITrafficWords? traffic)
{
    /// <summary>Looks at one group's own instances, on each of its clouds at once.</summary>
    /// <exception cref="CloudException">It could not look at any; nothing may be concluded.</exception>
    public async Task<Sight> ObserveAsync(GroupRecord record, GroupClouds clouds, CancellationToken cancellationToken)
    {
        if (!record.IsSpread)
        {
            return await LookAsync(record.Template.Cloud);
        }

        var sights = await Task.WhenAll(record.Clouds.Select(cloud => CloudSight.OfAsync(cloud, clouds.Find(cloud), LookThereAsync)));
        return sights.Any(sight => sight.Look is not null)
            ? Sight.Of([.. sights])
            : throw sights.Select(sight => sight.Failure).FirstOrDefault(failure => failure is not null)
                ?? CloudSight.NotThere(record.Template.Cloud);

        Task<Observation> LookAsync(string cloud) => LookThereAsync(clouds.Find(cloud) ?? throw CloudSight.NotThere(cloud));

        Task<Observation> LookThereAsync(GovernedCloud cloud) =>
            cloud.LookAsync(new(installation, record.Group.Account, record.Group.Id), timeProvider, cancellationToken);
    }

    /// <summary>What a look means and what is to be done.</summary>
    /// <param name="record">Read from the store before the look.</param>
    /// <param name="clouds">The clouds looked at.</param>
    /// <param name="sight">What was seen.</param>
    /// <param name="lookedAgain">Whether it is the second look of this check.</param>
    /// <param name="mayEnd">
    /// The only instances that may be terminated, by cloud, since the first look said so too; null for no such limit.
    /// </param>
    /// <param name="asLoaded">
    /// How busy instances were at the first look; null where this is the first. Two looks must go by the same figures: with others of each
    /// moment they would hardly ever want the same one gone.
    /// </param>
    public Assessment Assess(
        GroupRecord record,
        GroupClouds clouds,
        Sight sight,
        bool lookedAgain = false,
        ILookup<string, InstanceId>? mayEnd = null,
        ImmutableArray<InstanceLoad>? asLoaded = null)
    {
        var now = timeProvider.GetUtcNow();
        return Assessment.Make(
            record,
            name => clouds.Find(name)?.Traits,
            sight,
            lookedAgain,
            now,
            options,
            random,
            identities,
            mayEnd,
            prices.Current,
            asLoaded ?? LoadFigures.Of(record.Group, record.Notes, loads, now),
            TrafficOf(record));
    }

    /// <summary>
    /// What is known against the group's traffic. That a source was not asked yet counts only of a group that nobody has found well since
    /// it was changed: a server that starts knows nothing of any, and what was found before stands until it has asked.
    /// </summary>
    private TrafficWord? TrafficOf(GroupRecord record)
    {
        if (traffic is null || record.Group.Traffic.IsEmpty)
        {
            return null;
        }

        var state = record.State;
        var isAwaited = state.Unreached is not null || !(state.HeardAt >= record.Group.UpdatedAt);
        return traffic.Of(record.Group.Id, isAwaited) switch
        {
            { IsKnown: false } when !isAwaited => null,
            { IsKnown: false } when state.Unreached is { } before => new(before, IsKnown: state.Condition is GroupCondition.Degraded),
            var word => word,
        };
    }
}
