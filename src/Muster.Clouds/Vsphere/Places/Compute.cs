using System.Collections.Immutable;

using Muster.Clouds.Vsphere.Wire;

namespace Muster.Clouds.Vsphere.Places;

/// <summary>A cluster, or a host that is in none.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pool">Its root resource pool.</param>
/// <param name="Hosts">Its hosts.</param>
internal sealed record Compute(string Name, MoRef Pool, ImmutableArray<MoRef> Hosts);
