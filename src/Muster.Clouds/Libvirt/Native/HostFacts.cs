using System.Xml;

namespace Muster.Clouds.Libvirt.Native;

/// <summary>What a host can do: of its capabilities what a domain's description needs.</summary>
/// <param name="Architecture">Its own: <c>x86_64</c>.</param>
/// <param name="HasKvm">Whether it runs domains of that architecture with the processor's help.</param>
internal sealed record HostFacts(string Architecture, bool HasKvm)
{
    /// <summary>Reads the answer of <c>virConnectGetCapabilities</c>.</summary>
    public static HostFacts Read(string capabilities)
    {
        using var xml = XmlReader.Create(new StringReader(capabilities), new() { DtdProcessing = DtdProcessing.Prohibit });
        string? own = null, guest = null;
        var hasKvm = false;
        while (xml.Read())
        {
            if (xml.NodeType is not XmlNodeType.Element)
            {
                continue;
            }

            switch (xml.LocalName)
            {
                // <host><cpu><arch>x86_64</arch>
                case "arch" when own is null && xml.GetAttribute("name") is null:
                    own = xml.ReadElementContentAsString();
                    break;
                // <guest><arch name='x86_64'><domain type='qemu'/><domain type='kvm'/>
                case "arch":
                    guest = xml.GetAttribute("name");
                    break;
                case "domain" when guest == own && xml.GetAttribute("type") is "kvm":
                    hasKvm = true;
                    break;
            }
        }

        return new(own ?? "x86_64", hasKvm);
    }
}
