using System.Collections.Immutable;
using System.Text.Json.Nodes;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Templates;

namespace Muster.Clouds.Vsphere.Templates;

/// <summary>Turns a template into what is cloned, or says all that is wrong with it, without a call.</summary>
internal static class VsphereTemplates
{
    // More than any vCenter gives a machine.
    private const int CpusMax = 960;

    private const long MemoryStepMib = 4, Mib = 1024 * 1024;
    private const int ImageLengthMax = 1000, NetworksMax = 10, HostNameMax = 63;

    /// <summary>Which names vCenter takes.</summary>
    public static NameRule Names { get; } = new() { LengthMax = 80 };

    // Without the encoding, and within what the tools of a guest read.
    private static readonly UserDataForm UserData = new(65_535, IsBase64: true);

    // cloud-init's own, and what says how they are written.
    private static readonly ImmutableArray<string> Reserved = ["userdata", "metadata", "vendordata"];

    /// <summary>Reads one.</summary>
    public static TemplateReading<VmSpec> Read(Template template)
    {
        var reader = new TemplateReader(template, VsphereDescription.Kind.TemplateOptions);
        if (template.Image.Length is 0 or > ImageLengthMax || template.Image.Any(char.IsControl)
            || template.Image.Trim('/') != template.Image)
        {
            reader.RefuseField("image", template.Image, "a virtual machine's name, or its path without a slash at its ends");
        }

        var limits = reader.ReadLimits("; or none, for the image's");
        if (limits?.Cpus is { } cpus && (decimal.Truncate(cpus) != cpus || cpus is < 1 or > CpusMax))
        {
            reader.RefuseField("size", template.Size, $"whole processors, 1 to {CpusMax}: 2cpu,4g");
        }

        if (limits?.MemoryBytes is { } bytes && bytes % (MemoryStepMib * Mib) != 0)
        {
            reader.RefuseField("size", template.Size, $"memory in steps of {MemoryStepMib} MiB: 2cpu,4g");
        }

        ReadNetworks(reader);
        reader.RefuseFirewall("off; vSphere has no firewall for a machine: use its network's");
        UserData.Check(reader);
        var guest = ReadGuestInfo(reader);
        var cluster = reader.Read(VsphereDescription.Cluster);
        var pool = reader.Read(VsphereDescription.ResourcePool);
        var datastore = reader.Read(VsphereDescription.Datastore);
        var folder = reader.Read(VsphereDescription.VmFolder);
        var isLinked = reader.Read(VsphereDescription.Clone);
        var cores = reader.Read(VsphereDescription.CoresPerSocket);
        var customization = reader.Read(VsphereDescription.Customization);
        if (cores is { } inSocket && limits?.Cpus is { } all && all % inSocket != 0)
        {
            reader.Refuse(VsphereDescription.CoresPerSocket.Name, $"{inSocket}", $"a divisor of the {all} processors of size");
        }

        return reader.End(() => new VmSpec
        {
            Image = template.Image,
            Cpus = (int?)limits?.Cpus,
            CoresPerSocket = cores,
            MemoryMib = limits?.MemoryBytes / Mib,
            Networks = template.Networks,
            Cluster = cluster,
            ResourcePool = pool,
            Datastore = datastore,
            Folder = folder,
            IsLinked = isLinked,
            Customization = customization,
            GuestInfo = guest,
        });
    }

    /// <summary>What the guest reads of itself, beside what the template says: its name, for cloud-init.</summary>
    /// <param name="spec">What is cloned.</param>
    /// <param name="uuid">The machine's instance UUID.</param>
    /// <param name="name">Its name.</param>
    public static ImmutableSortedDictionary<string, string> GuestInfoOf(VmSpec spec, string uuid, string name)
    {
        if (!spec.GuestInfo.ContainsKey("userdata"))
        {
            return spec.GuestInfo;
        }

        var host = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')).Trim('-');
        var facts = new JsonObject
        {
            ["instance-id"] = uuid,
            ["local-hostname"] = host.Length > HostNameMax ? host[^HostNameMax..].Trim('-') : host,
        };
        return Encoded(spec.GuestInfo, "metadata", facts.ToJsonString());
    }

    private static void ReadNetworks(TemplateReader reader)
    {
        var networks = reader.Template.Networks;
        if (networks.Length > NetworksMax)
        {
            reader.RefuseField("network", string.Join(", ", networks), $"at most {NetworksMax} networks");
        }

        foreach (var network in networks.Where(
            network => network.Length == 0 || network.Any(char.IsControl) || network.Trim('/') != network))
        {
            reader.RefuseField("network", network, "a network's name");
        }
    }

    private static ImmutableSortedDictionary<string, string> ReadGuestInfo(TemplateReader reader)
    {
        var guest = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);
        foreach (var (key, value) in reader.Template.Metadata)
        {
            var field = $"metadata.{key}";
            if (!key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') || Reserved.Contains(key.Split('.')[0]))
            {
                reader.RefuseField(
                    field, value, "a key of letters, digits, dots, dashes and underscores, and not userdata, metadata or vendordata, "
                    + "which are cloud-init's: give those as user data");
            }
            else if (value.Length == 0)
            {
                reader.RefuseField(field, value, "a text of at least one character: vCenter keeps no empty values");
            }
            else if (!SoapWriter.CanSay(value))
            {
                reader.RefuseField(field, "a text with control characters", "a text without them");
            }
            else
            {
                guest = guest.SetItem(key, value);
            }
        }

        return reader.Template.UserData is { Length: > 0 } text ? Encoded(guest, "userdata", text) : guest;
    }

    private static ImmutableSortedDictionary<string, string> Encoded(
        ImmutableSortedDictionary<string, string> guest, string name, string text) =>
        guest.SetItem(name, UserData.Encode(text)).SetItem($"{name}.encoding", "base64");
}
