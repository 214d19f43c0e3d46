using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// Hears what whole looks show of groups that are probed, that get traffic, whose instances' work counts, or of whose instances something
/// is said. Must neither block nor throw.
/// </summary>
public interface ISightings
{
    /// <summary>A whole look at one of a group's clouds.</summary>
    /// <param name="record">The group, read before the look.</param>
    /// <param name="cloud">Which of its clouds.</param>
    /// <param name="instances">All of the group's own instances there.</param>
    /// <param name="lookedAt">When the look began.</param>
    /// <param name="listingLagMax">How far it may lag behind the truth.</param>
    void Saw(
        GroupRecord record, string cloud, ImmutableArray<Instance> instances, DateTimeOffset lookedAt, TimeSpan listingLagMax);

    /// <summary>
    /// A check could not look at a group's clouds: what was seen last is all that is known, and the group is this server's as before.
    /// </summary>
    /// <param name="group">Which.</param>
    void Missed(GroupId group)
    {
    }

    /// <summary>A check has written down what it decided of a group's instances; what is remembered of them may be new.</summary>
    /// <param name="group">Which.</param>
    void Decided(GroupId group)
    {
    }
}
