using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Traffic.Keeping;

/// <summary>The last whole look at one of a group's clouds.</summary>
/// <param name="Instances">All of the group's own instances there.</param>
/// <param name="LookedAt">When the look began, by the store's clock.</param>
/// <param name="ListingLagMax">How far it may lag behind the truth.</param>
internal sealed record Sighted(ImmutableArray<Instance> Instances, DateTimeOffset LookedAt, TimeSpan ListingLagMax);
