using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Reconciling;

namespace Muster.Core.Launching;

/// <summary>What the listing alone tells of the launches before: the memory of a check that has no store.</summary>
/// <param name="Breaker">The breaker, as the failed launches leave it.</param>
/// <param name="Failures">
/// The instances that show the newest failures, newest first: what is told, and kept while it is the evidence.
/// </param>
public sealed record LaunchRecall(LaunchBreaker Breaker, ImmutableArray<Instance> Failures);
