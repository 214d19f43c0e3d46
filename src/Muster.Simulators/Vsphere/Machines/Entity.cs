using System.Collections.Immutable;

using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>An object of the inventory that is no virtual machine.</summary>
/// <param name="Ref">Which.</param>
/// <param name="Name">Its name.</param>
/// <param name="Parent">What it is in; null for the root.</param>
internal sealed record Entity(RefValue Ref, string Name, RefValue? Parent)
{
    /// <summary>Its properties beside those of every object.</summary>
    public ImmutableArray<(string Name, Value Value)> Own { get; init; } = [];
}
