namespace Muster.Clouds.Vsphere.Api;

/// <summary>A login that vCenter knows.</summary>
/// <param name="Cookie">What proves it.</param>
/// <param name="Key">What vCenter calls it.</param>
/// <param name="UserName">Who it is, in vCenter's words: <c>VSPHERE.LOCAL\muster</c>.</param>
internal sealed record VsphereSession(string Cookie, string Key, string UserName);
