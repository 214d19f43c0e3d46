using System.Collections.Immutable;

namespace Muster.Core.Health;

/// <summary>How busy instances are now, by what is measured and not written down. Safe to share; asks nobody, and never fails.</summary>
public interface ILoads
{
    /// <summary>The figures of a group's instances, each instance at most once, without those that are old.</summary>
    /// <param name="group">Which.</param>
    /// <param name="now">The instant.</param>
    ImmutableArray<InstanceLoad> Of(GroupId group, DateTimeOffset now);
}
