using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>Does to an instance what happens behind Muster's back.</summary>
public delegate Task Hand(Instance instance, CancellationToken cancellationToken);
