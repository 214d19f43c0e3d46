using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Xml;

using Muster.Clouds.Libvirt.Domains;

namespace Muster.Clouds.Libvirt.Templates;

/// <summary>A piece of a domain's description that an operator wrote, for templates that name it.</summary>
/// <param name="Name">What templates call it.</param>
/// <param name="Elements">What it adds to the domain, element by element.</param>
/// <param name="Devices">What it adds to the domain's devices.</param>
internal sealed record ExtraXml(string Name, ImmutableArray<string> Elements, ImmutableArray<string> Devices)
{
    /// <summary>What it may be, for error messages.</summary>
    public const string Allowed =
        "elements of a domain's description, devices within <devices>, such as <devices><rng model='virtio'>...</rng></devices>; "
        + "not name, uuid, metadata, memory, vcpu, os or on_poweroff, which Muster writes itself";

    private static readonly string[] Own =
        ["name", "uuid", "metadata", "memory", "currentMemory", "vcpu", "os", "on_poweroff", "on_reboot", "on_crash"];

    /// <summary>Reads it.</summary>
    /// <param name="name">What templates call it.</param>
    /// <param name="text">What the operator wrote.</param>
    /// <param name="read">It; null when it is refused.</param>
    public static bool TryParse(string name, string text, [NotNullWhen(true)] out ExtraXml? read)
    {
        read = null;
        var elements = ImmutableArray.CreateBuilder<string>();
        var devices = ImmutableArray.CreateBuilder<string>();
        try
        {
            using var xml = XmlReader.Create(
                new StringReader(text), new() { DtdProcessing = DtdProcessing.Prohibit, ConformanceLevel = ConformanceLevel.Fragment });
            while (xml.Read())
            {
                if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                {
                    return false;
                }

                // What is read whole leaves the reader behind it, on the next element maybe.
                while (xml.NodeType is XmlNodeType.Element)
                {
                    if (xml is { LocalName: "devices", Depth: 0 })
                    {
                        break;
                    }

                    if (xml.Depth == 0 && Own.Contains(xml.LocalName, StringComparer.Ordinal))
                    {
                        return false;
                    }

                    (xml.Depth == 0 ? elements : devices).Add(xml.ReadOuterXml());
                }
            }
        }
        catch (XmlException)
        {
            return false;
        }

        read = new(name, elements.ToImmutable(), devices.ToImmutable());
        return elements.Count + devices.Count > 0;
    }

    /// <summary>Whether it says what else would be said of a domain.</summary>
    public bool Has(string element) => Elements.Any(one => Begins(one, element));

    private static bool Begins(string xml, string element) =>
        xml.StartsWith($"<{element}", StringComparison.Ordinal) && xml[element.Length + 1] is ' ' or '>' or '/';
}
