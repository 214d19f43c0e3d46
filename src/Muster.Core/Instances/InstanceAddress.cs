using System.Net;

namespace Muster.Core.Instances;

/// <summary>Reads addresses as clouds list them: some name a port beside the host.</summary>
public static class InstanceAddress
{
    /// <summary>
    /// The IP address; null of a name, and of the address that means every one of a host: whoever is told it would take itself for the
    /// instance.
    /// </summary>
    /// <param name="listed">As in <see cref="Instance.Addresses"/>: <c>10.0.0.1</c>, <c>fd00::1</c>, <c>127.0.0.1:8080</c>.</param>
    public static IPAddress? Parse(string listed) =>
        IPEndPoint.TryParse(listed, out var end) && !IsEvery(end.Address) ? end.Address : null;

    /// <summary>Whether nobody is there: it means every address of a host.</summary>
    /// <param name="listed">As in <see cref="Instance.Addresses"/>.</param>
    public static bool IsNobodys(string listed) => IPEndPoint.TryParse(listed, out var end) && IsEvery(end.Address);

    /// <summary>The host alone: an IP address without brackets, or a name.</summary>
    /// <param name="listed">As in <see cref="Instance.Addresses"/>.</param>
    public static string HostOf(string listed)
    {
        ArgumentNullException.ThrowIfNull(listed);
        return IPEndPoint.TryParse(listed, out var end) ? end.Address.ToString()
            : listed.LastIndexOf(':') is > 0 and var colon ? listed[..colon] : listed;
    }

    private static bool IsEvery(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
