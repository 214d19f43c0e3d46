using System.Collections.Immutable;
using System.Xml;

using Muster.Clouds.Libvirt.Domains;
using Muster.Clouds.Libvirt.Templates;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Libvirt;

/// <summary>Reads a domain, whoever made it, into the fields of a template.</summary>
internal static class TemplateOfDomain
{
    /// <summary>The draft.</summary>
    /// <param name="description">The domain's, as libvirt gives it.</param>
    /// <param name="mark">Muster's own word of it; null where it is not Muster's.</param>
    public static TemplateDraft Read(string description, string? mark)
    {
        using var xml = XmlReader.Create(new StringReader(description), new() { DtdProcessing = DtdProcessing.Prohibit });
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var networks = ImmutableArray.CreateBuilder<string>();
        var left = new List<string>();
        string? memory = null, cpus = null, image = null;
        var disks = 0;
        while (xml.Read())
        {
            if (xml.NodeType is not XmlNodeType.Element)
            {
                continue;
            }

            switch (xml.LocalName)
            {
                case "memory" when xml.Depth == 1:
                    // Always in KiB in what libvirt says.
                    memory = $"memory={TextOf(xml)}k";
                    break;
                case "vcpu" when xml.Depth == 1:
                    cpus = $"cpu={TextOf(xml)}";
                    break;
                case "cpu" when xml.Depth == 1 && xml.GetAttribute("mode") is "host-model" or "host-passthrough" or "maximum":
                    options[LibvirtTemplateOptions.Cpu.Name] = xml.GetAttribute("mode")!;
                    break;
                case "os" when xml.GetAttribute("firmware") is "efi":
                    options[LibvirtTemplateOptions.Firmware.Name] = "efi";
                    break;
                case "disk" when xml.GetAttribute("device") is null or "disk":
                    disks++;
                    break;
                case "source" when disks == 1 && image is null && xml.GetAttribute("volume") is { } volume:
                    image = $"{xml.GetAttribute("pool")}/{volume}";
                    break;
                case "source" when xml.GetAttribute("network") is { } network:
                    networks.Add(network);
                    break;
                case "source" when xml.GetAttribute("bridge") is { } bridge:
                    networks.Add($"{NetworkChoice.BridgePrefix}{bridge}");
                    break;
                case "hostdev" or "filesystem" or "tpm":
                    left.Add($"its {xml.LocalName}: write it into the cloud's xml.NAME, and name that with --option xml=NAME");
                    break;
            }
        }

        var own = mark is null ? null : InstanceMark.Read(mark, out _);
        if (own is null)
        {
            left.Insert(0, image is null
                ? "its disk is no volume of a pool: make one of it (virsh vol-create-as, vol-upload), and name that as image"
                : "its disk is the image as it stands: shut the domain down before others build on it, "
                    + "or name the volume that it was made from");
        }

        left.Add("user data and metadata, which are not read");
        return new()
        {
            Image = own?.Image ?? image ?? "",
            Size = string.Join(',', new[] { memory, cpus }.OfType<string>()),
            Networks = networks.Count == 0 ? ["none"] : networks.ToImmutable(),
            Tags = own is null
                ? ImmutableSortedDictionary<string, string>.Empty
                : own.Tags.RemoveRange(own.Tags.Keys.Where(key => key.StartsWith(MusterTags.Prefix, StringComparison.Ordinal))),
            Options = options.ToImmutable(),
            LeftOut = [.. left.Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>The text of an element that has nothing else; the reader stays before what follows.</summary>
    private static string TextOf(XmlReader xml)
    {
        var text = "";
        if (!xml.IsEmptyElement)
        {
            while (xml.Read() && xml.NodeType is not XmlNodeType.EndElement)
            {
                text += xml.Value;
            }
        }

        return text;
    }
}
