using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Reconciling;

namespace Muster.Core.Launching;

/// <summary>Who a new instance will be.</summary>
/// <param name="Id">Its launch id.</param>
/// <param name="Tags">Tags that say how the id was made; empty for a random one.</param>
public sealed record LaunchIdentity(LaunchId Id, ImmutableSortedDictionary<string, string> Tags);

/// <summary>Gives launches their ids.</summary>
public interface ILaunchIdentities
{
    /// <summary>
    /// The ids for one check of a group, in one of its placements: begun once a check, since each beginning gives the same ids again.
    /// </summary>
    /// <param name="group">Which group.</param>
    /// <param name="placement">Which placement, by its name.</param>
    /// <param name="owned">What the check saw of the group, wherever it lives.</param>
    /// <param name="breaker">The breaker under which they are launched; null for one that knows of no failure.</param>
    ILaunchIdentityRun Begin(GroupId group, string placement, ImmutableArray<Instance> owned, LaunchBreaker? breaker = null);

    /// <summary>
    /// What the listing of a placement tells of the launches before; null for whoever has a store, which tells more.
    /// </summary>
    LaunchRecall? Recall(TemplateId template, ImmutableArray<Instance> owned, CloudTraits traits, DateTimeOffset now) => null;

    /// <summary>What the instance of a launch reports its own health with; asked for only where its template wants it.</summary>
    /// <exception cref="CloudException">There is none to be had.</exception>
    Task<ReportPass> PassAsync(AccountId account, Launch launch, CancellationToken cancellationToken) =>
        Task.FromException<ReportPass>(ReportPass.NoneToBeHad());
}

/// <summary>The ids for one check of one group. Safe to share.</summary>
public interface ILaunchIdentityRun
{
    /// <summary>The next launch's identity.</summary>
    LaunchIdentity Next();

    /// <summary>
    /// The identity to use instead, because the cloud answered that an instance of this id has already lived and died;
    /// null when that cannot be, and the answer stands.
    /// </summary>
    LaunchIdentity? After(LaunchIdentity spent);
}

/// <summary>Random ids, for whoever has a store to remember them.</summary>
/// <param name="random">Where the ids come from.</param>
/// <param name="passes">Gives instances what they report with; null for nobody.</param>
public sealed class RandomLaunchIdentities(IRandomSource random, IReportPasses? passes = null) : ILaunchIdentities, ILaunchIdentityRun
{
    /// <inheritdoc/>
    public ILaunchIdentityRun Begin(
        GroupId group, string placement, ImmutableArray<Instance> owned, LaunchBreaker? breaker = null) => this;

    /// <inheritdoc/>
    public LaunchIdentity Next() => new(new(random.NextId()), ImmutableSortedDictionary<string, string>.Empty);

    /// <inheritdoc/>
    public LaunchIdentity? After(LaunchIdentity spent) => null;

    /// <inheritdoc/>
    public Task<ReportPass> PassAsync(AccountId account, Launch launch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(launch);
        return passes?.MakeAsync(account, launch.Group, launch.Id, launch.CreatedAt, cancellationToken)
            ?? Task.FromException<ReportPass>(ReportPass.NoneToBeHad());
    }
}
