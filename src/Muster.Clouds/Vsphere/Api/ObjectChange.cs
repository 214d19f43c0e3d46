using Muster.Clouds.Vsphere.Wire;

namespace Muster.Clouds.Vsphere.Api;

/// <summary>What changed of an object.</summary>
/// <param name="IsGone">Whether it is there no more.</param>
/// <param name="Object">The object, with the properties that changed.</param>
internal sealed record ObjectChange(bool IsGone, ManagedObject Object);
