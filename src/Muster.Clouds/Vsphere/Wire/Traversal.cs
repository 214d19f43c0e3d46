using System.Collections.Immutable;

namespace Muster.Clouds.Vsphere.Wire;

/// <summary>A step from one object to others.</summary>
/// <param name="Name">What other steps call it.</param>
/// <param name="Type">From objects of this type.</param>
/// <param name="Path">By this property.</param>
/// <param name="Then">The names of the steps that go on from there.</param>
internal sealed record Traversal(string Name, string Type, string Path, ImmutableArray<string> Then);
