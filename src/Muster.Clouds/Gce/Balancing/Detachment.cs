using Muster.Clouds.Gce.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Gce.Balancing;

/// <summary>How a detachment went; both null where it is done.</summary>
/// <param name="Running">Google's operation, where it goes on.</param>
/// <param name="Refusal">What Google refuses, where it does; it may be that nothing was attached.</param>
internal readonly record struct Detachment(Operation? Running, CloudException? Refusal);
