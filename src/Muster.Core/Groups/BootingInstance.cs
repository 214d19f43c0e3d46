namespace Muster.Core.Groups;

/// <summary>An instance that is on its way up, and since when: by Muster's clock, since a cloud's may be wrong.</summary>
/// <param name="Instance">Which.</param>
/// <param name="Since">When it was first known to be.</param>
public readonly record struct BootingInstance(InstanceId Instance, DateTimeOffset Since);
