using System.Globalization;
using System.Xml;

using Muster.Clouds.Libvirt.Domains;
using Muster.Clouds.Libvirt.Native;

namespace Muster.Clouds.Libvirt.Templates;

/// <summary>The description of a domain that is to be made: https://libvirt.org/formatdomain.html.</summary>
internal static class DomainXml
{
    /// <summary>Writes it.</summary>
    /// <param name="uuid">Its id.</param>
    /// <param name="name">Its name.</param>
    /// <param name="spec">What it is.</param>
    /// <param name="mark">What its metadata say.</param>
    /// <param name="host">What the host can do.</param>
    /// <param name="root">Its disk, and the format that has.</param>
    /// <param name="seed">The volume that cloud-init reads; null where there is none.</param>
    public static string Write(
        Guid uuid, string name, LibvirtSpec spec, InstanceMark mark, HostFacts host, (VolumeName Name, string Format) root,
        VolumeName? seed) =>
        XmlForm.Write(xml =>
        {
            xml.WriteStartElement("domain");
            xml.WriteAttributeString("type", spec.DomainType ?? (host.HasKvm ? "kvm" : "qemu"));
            xml.WriteElementString("name", name);
            xml.WriteElementString("uuid", uuid.ToString("D"));
            xml.WriteStartElement("metadata");
            mark.Write(xml);
            xml.WriteEndElement();
            xml.WriteStartElement("memory");
            xml.WriteAttributeString("unit", "KiB");
            xml.WriteString(Text(spec.MemoryBytes / 1024));
            xml.WriteEndElement();
            xml.WriteElementString("vcpu", Text(spec.Cpus));
            System(xml, spec, host);
            if (!Says(spec, "features") && host.Architecture is "x86_64" or "i686")
            {
                // Without them it could not be shut down in its own way.
                xml.WriteStartElement("features");
                xml.WriteElementString("acpi", null);
                xml.WriteElementString("apic", null);
                xml.WriteEndElement();
            }

            if (spec.Cpu is not null && !Says(spec, "cpu"))
            {
                xml.WriteStartElement("cpu");
                xml.WriteAttributeString("mode", spec.Cpu);
                xml.WriteEndElement();
            }

            // One that ends stays ended: Muster makes another.
            xml.WriteElementString("on_poweroff", "destroy");
            xml.WriteElementString("on_reboot", "restart");
            xml.WriteElementString("on_crash", "destroy");
            foreach (var element in spec.Extras.SelectMany(extra => extra.Elements))
            {
                xml.WriteRaw(element);
            }

            Devices(xml, spec, root, seed);
            xml.WriteEndElement();
        });

    private static void System(XmlWriter xml, LibvirtSpec spec, HostFacts host)
    {
        xml.WriteStartElement("os");
        if (spec.IsEfi)
        {
            xml.WriteAttributeString("firmware", "efi");
        }

        xml.WriteStartElement("type");
        xml.WriteAttributeString("arch", host.Architecture);
        if (spec.Machine is not null)
        {
            xml.WriteAttributeString("machine", spec.Machine);
        }

        xml.WriteString("hvm");
        xml.WriteEndElement();
        xml.WriteStartElement("boot");
        xml.WriteAttributeString("dev", "hd");
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Devices(XmlWriter xml, LibvirtSpec spec, (VolumeName Name, string Format) root, VolumeName? seed)
    {
        xml.WriteStartElement("devices");
        Disk(xml, root.Name, root.Format, "vda", isReadOnly: false);
        if (seed is not null)
        {
            // A disk, and not a CD: every kind of machine has room for one, and cloud-init looks for the label on both.
            Disk(xml, seed, "raw", "vdb", isReadOnly: true);
        }

        foreach (var network in spec.Networks)
        {
            xml.WriteStartElement("interface");
            xml.WriteAttributeString("type", network.IsBridge ? "bridge" : "network");
            xml.WriteStartElement("source");
            xml.WriteAttributeString(network.IsBridge ? "bridge" : "network", network.Name);
            xml.WriteEndElement();
            xml.WriteStartElement("model");
            xml.WriteAttributeString("type", "virtio");
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        // A cloud's images write to it, and some wait for it.
        xml.WriteStartElement("serial");
        xml.WriteAttributeString("type", "pty");
        xml.WriteEndElement();
        xml.WriteStartElement("console");
        xml.WriteAttributeString("type", "pty");
        xml.WriteEndElement();
        foreach (var device in spec.Extras.SelectMany(extra => extra.Devices))
        {
            xml.WriteRaw(device);
        }

        xml.WriteEndElement();
    }

    private static void Disk(XmlWriter xml, VolumeName volume, string format, string target, bool isReadOnly)
    {
        xml.WriteStartElement("disk");
        xml.WriteAttributeString("type", "volume");
        xml.WriteAttributeString("device", "disk");
        xml.WriteStartElement("driver");
        xml.WriteAttributeString("name", "qemu");
        xml.WriteAttributeString("type", format);
        xml.WriteEndElement();
        xml.WriteStartElement("source");
        xml.WriteAttributeString("pool", volume.Pool);
        xml.WriteAttributeString("volume", volume.Name);
        xml.WriteEndElement();
        xml.WriteStartElement("target");
        xml.WriteAttributeString("dev", target);
        xml.WriteAttributeString("bus", "virtio");
        xml.WriteEndElement();
        if (isReadOnly)
        {
            xml.WriteElementString("readonly", null);
        }

        xml.WriteEndElement();
    }

    private static bool Says(LibvirtSpec spec, string element) => spec.Extras.Any(extra => extra.Has(element));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
