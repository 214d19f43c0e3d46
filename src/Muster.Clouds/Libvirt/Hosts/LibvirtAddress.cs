namespace Muster.Clouds.Libvirt.Hosts;

/// <summary>Where a host is.</summary>
/// <param name="Zone">Its zone; null where the cloud is this one host.</param>
/// <param name="Uri">libvirt's own: https://libvirt.org/uri.html.</param>
/// <param name="Shown">What it is called in messages.</param>
internal sealed record LibvirtAddress(string? Zone, string Uri, string Shown);
