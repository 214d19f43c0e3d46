using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;

namespace Muster.Core.Launches;

/// <summary>Who a new instance will be.</summary>
/// <param name="Id">Its launch id.</param>
/// <param name="Tags">Tags that say how the id was made; empty for a random one.</param>
public sealed record LaunchIdentity(LaunchId Id, ImmutableSortedDictionary<string, string> Tags);

/// <summary>Gives launches their ids.</summary>
public interface ILaunchIdentities
{
    /// <summary>The ids for one check of a group.</summary>
    /// <param name="group">Which group.</param>
    /// <param name="owned">What the check saw of it.</param>
    ILaunchIdentityRun Begin(Group group, ImmutableArray<Instance> owned);
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
public sealed class RandomLaunchIdentities(IRandomSource random) : ILaunchIdentities, ILaunchIdentityRun
{
    /// <inheritdoc/>
    public ILaunchIdentityRun Begin(Group group, ImmutableArray<Instance> owned) => this;

    /// <inheritdoc/>
    public LaunchIdentity Next() => new(new(random.NextId()), ImmutableSortedDictionary<string, string>.Empty);

    /// <inheritdoc/>
    public LaunchIdentity? After(LaunchIdentity spent) => null;
}
