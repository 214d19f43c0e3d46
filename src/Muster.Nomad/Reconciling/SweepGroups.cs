using System.Collections.Immutable;

using Muster.Core.Storage;

namespace Muster.Nomad.Reconciling;

/// <summary>The living groups of a sweep, as they were read.</summary>
/// <param name="Key">Which sweep.</param>
/// <param name="Groups">With templates, states and open launches.</param>
public sealed record SweepGroups(SweepKey Key, ImmutableArray<GroupRecord> Groups);
