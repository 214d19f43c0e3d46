using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Storage;

namespace Muster.Health.Keeping;

/// <summary>A whole look at one of a group's clouds, as it was told.</summary>
/// <param name="Record">The group, read before the look.</param>
/// <param name="Cloud">Which of its clouds.</param>
/// <param name="Instances">All of its own instances there.</param>
/// <param name="LookedAt">When the look began.</param>
/// <param name="ListingLagMax">How far it may lag behind the truth.</param>
internal sealed record Sighting(
    GroupRecord Record, string Cloud, ImmutableArray<Instance> Instances, DateTimeOffset LookedAt, TimeSpan ListingLagMax);
