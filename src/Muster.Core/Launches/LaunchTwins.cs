using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Core.Launches;

/// <summary>Living instances that answer one launch: one of them is enough. Pure.</summary>
/// <remarks>
/// They come about where two callers compute the same launch id and the cloud takes both calls. Everybody who looks keeps the same one: the
/// older, then the one with the smaller id.
/// </remarks>
public static class LaunchTwins
{
    /// <summary>The instances that have an older living twin.</summary>
    public static ImmutableArray<Instance> Surplus(IEnumerable<Instance> instances) =>
    [
        .. instances.Where(instance => instance.IsLive && instance.Read<LaunchId>(MusterTags.Launch) is not null)
            .GroupBy(instance => instance.Read<LaunchId>(MusterTags.Launch))
            .SelectMany(twins => twins.OrderBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id).Skip(1)),
    ];
}
