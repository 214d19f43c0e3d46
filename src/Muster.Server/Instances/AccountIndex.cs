using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Core;

namespace Muster.Server.Instances;

/// <summary>Where one account's instances are, as one look at all of its clouds showed.</summary>
/// <param name="Asked">The clock's mark before the look.</param>
/// <param name="At">When it began.</param>
/// <param name="ById">By id; several where clouds happen to have the same.</param>
/// <param name="ByLaunch">By the launch that made it.</param>
/// <param name="Failure">Why a cloud could not be listed, one of them; null where all could.</param>
internal sealed record AccountIndex(
    long Asked, DateTimeOffset At, ImmutableDictionary<string, ImmutableArray<InstanceHome>> ById,
    FrozenDictionary<LaunchId, InstanceHome> ByLaunch, Exception? Failure);
