using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>Does to an instance what happens behind Muster's back.</summary>
public delegate Task Hand(Instance instance, CancellationToken cancellationToken);

/// <summary>Has a cloud give notice that it will take an instance back at that time.</summary>
public delegate Task NoticeHand(Instance instance, DateTimeOffset leavingAt, CancellationToken cancellationToken);
