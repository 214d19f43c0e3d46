using System.Collections.Immutable;

using Muster.Clouds.Vsphere.Places;
using Muster.Clouds.Vsphere.Templates;
using Muster.Clouds.Vsphere.Wire;

namespace Muster.Clouds.Vsphere.Machines;

/// <summary>Writes what a clone is asked with, in the order of vCenter's types.</summary>
internal static class CloneBody
{
    private const string ExtraType = "OptionValue";

    // What is added has no key of its own yet: any below zero.
    private const int NewKey = -100;

    /// <summary>Writes it.</summary>
    /// <param name="writer">Gets it.</param>
    /// <param name="expected">The clone, as it is to be.</param>
    /// <param name="spec">What the template says.</param>
    /// <param name="place">What its names lead to.</param>
    public static void Write(SoapWriter writer, Vm expected, VmSpec spec, LaunchPlace place)
    {
        writer.Ref("folder", place.Folder);
        writer.Text("name", expected.Name);
        writer.Element("spec", () =>
        {
            writer.Element("location", () => WriteLocation(writer, place));
            writer.Flag("template", false);
            writer.Element("config", () => WriteConfig(writer, expected, spec, place));
            if (place.Customization is { } customization)
            {
                writer.Copy("customization", customization);
            }

            writer.Flag("powerOn", true);
            writer.RefIfAny("snapshot", place.Snapshot);
        });
    }

    private static void WriteLocation(SoapWriter writer, LaunchPlace place)
    {
        writer.RefIfAny("datastore", place.Datastore);
        if (place.Snapshot is not null)
        {
            writer.Text("diskMoveType", "createNewChildDiskBacking");
        }

        writer.Ref("pool", place.Pool);
        foreach (var ((key, type), network) in place.Adapters.Zip(place.Networks))
        {
            WriteAdapter(writer, "edit", key, type, network);
        }
    }

    private static void WriteConfig(SoapWriter writer, Vm expected, VmSpec spec, LaunchPlace place)
    {
        writer.Text("instanceUuid", expected.Uuid);
        Number("numCPUs", spec.Cpus);
        Number("numCoresPerSocket", spec.CoresPerSocket);
        Number("memoryMB", spec.MemoryMib);
        var added = 0;
        foreach (var network in place.Networks.Skip(place.Adapters.Length))
        {
            WriteAdapter(writer, "add", $"{NewKey - added++}", "VirtualVmxnet3", network);
        }

        Extra(VmMarks.Tags, VmMarks.Write(expected.Tags));
        Extra(VmMarks.Made, VmMarks.Write(expected.Made));
        Extra(VmMarks.Image, spec.Image);
        foreach (var (name, value) in VsphereTemplates.GuestInfoOf(spec, expected.Uuid, expected.Name))
        {
            Extra($"guestinfo.{name}", value);
        }

        void Number(string name, long? value)
        {
            if (value is { } number)
            {
                writer.Number(name, number);
            }
        }

        void Extra(string key, string value) => writer.Element(
            "extraConfig",
            () =>
            {
                writer.Text("key", key);
                writer.AnyText("value", value);
            },
            ExtraType);
    }

    private static void WriteAdapter(SoapWriter writer, string operation, string key, string type, NetworkBacking network) =>
        writer.Element("deviceChange", () =>
        {
            writer.Text("operation", operation);
            writer.Element(
                "device",
                () =>
                {
                    writer.Text("key", key);
                    WriteBacking(writer, network);
                    writer.Element("connectable", () =>
                    {
                        writer.Flag("startConnected", true);
                        writer.Flag("allowGuestControl", true);
                        writer.Flag("connected", true);
                    });
                },
                type);
        });

    private static void WriteBacking(SoapWriter writer, NetworkBacking network)
    {
        if (network.SwitchUuid is not { } switchUuid)
        {
            writer.Element("backing", () => writer.Text("deviceName", network.Name), "VirtualEthernetCardNetworkBackingInfo");
            return;
        }

        writer.Element(
            "backing",
            () => writer.Element("port", () =>
            {
                writer.Text("switchUuid", switchUuid);
                writer.TextIfAny("portgroupKey", network.PortgroupKey);
            }),
            "VirtualEthernetCardDistributedVirtualPortBackingInfo");
    }
}
