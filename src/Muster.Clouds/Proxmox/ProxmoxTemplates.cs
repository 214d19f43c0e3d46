using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Templates;

namespace Muster.Clouds.Proxmox;

/// <summary>What can be said of a template without a call.</summary>
internal static partial class ProxmoxTemplates
{
    /// <summary>A name is one label of the DNS. Proxmox takes several with dots; one of them is enough.</summary>
    public static NameRule Names { get; } = new() { LengthMax = 63, Rest = c => char.IsAsciiLetterOrDigit(c) || c == '-' };

    private const int NetworksMax = 32;
    private const long Mib = 1024 * 1024, MemoryMin = 16 * Mib;

    /// <summary>Reads it: what Proxmox could only refuse too, or would take for something else, is refused.</summary>
    public static TemplateReading<MachineSpec> Read(Template template)
    {
        var reader = new TemplateReader(template, ProxmoxDescription.Kind.TemplateOptions);
        if (!Image().IsMatch(template.Image))
        {
            reader.RefuseField("image", template.Image, "the name or the vmid of a template of the cluster: qm list");
        }

        var config = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var memory = ReadSize(reader, config);
        var bridges = ReadNetworks(reader, config);
        foreach (var key in template.Metadata.Keys)
        {
            // The value may be a secret, and is not shown.
            reader.Findings.Add(new(
                $"metadata.{key}", IsGood: false,
                $"metadata.{key} is not allowed: Proxmox hands a machine no metadata; put it into a snippet and name that in options."
                + ProxmoxDescription.CiCustom.Name));
        }

        if (template.UserData is not null)
        {
            reader.Findings.Add(new(
                "user_data", IsGood: false,
                "user_data is not allowed: Proxmox takes none by its API; put them on a storage as a snippet, and name it in options."
                + $"{ProxmoxDescription.CiCustom.Name}, such as user=local:snippets/web.yaml"));
        }

        ReadCloudInit(reader, config, Math.Max(1, template.Networks.Length));
        config["onboot"] = reader.Read(ProxmoxDescription.OnBoot) ? "1" : "0";
        var (isFull, storage) = (reader.Read(ProxmoxDescription.Clone), reader.Read(ProxmoxDescription.Storage));
        if (storage is not null && !isFull)
        {
            reader.Refuse(
                ProxmoxDescription.Storage.Name, storage,
                $"only with options.{ProxmoxDescription.Clone.Name}=full: a linked clone is where its template is");
        }

        var (node, choice) = (reader.Read(ProxmoxDescription.Node), reader.Read(ProxmoxDescription.Choice));
        var pool = reader.Read(ProxmoxDescription.Pool);
        return reader.End(() => new MachineSpec
        {
            Image = template.Image,
            Node = node,
            Choice = choice,
            IsFull = isFull,
            Storage = storage,
            Pool = pool,
            MemoryBytes = memory,
            Bridges = bridges,
            Config = config.ToImmutable(),
        });
    }

    private static long? ReadSize(TemplateReader reader, ImmutableSortedDictionary<string, string>.Builder config)
    {
        if (reader.ReadLimits() is not { } size)
        {
            return null;
        }

        if (size.Cpus is { } cpus)
        {
            if (cpus != decimal.Truncate(cpus) || cpus < 1)
            {
                reader.RefuseField("size", reader.Template.Size, "processors as a whole number, such as cpu=2");
            }

            config["cores"] = ((int)cpus).ToString(CultureInfo.InvariantCulture);
            // The template may have several, and each has so many cores.
            config["sockets"] = "1";
        }

        if (size.MemoryBytes is { } memory)
        {
            if (memory < MemoryMin)
            {
                reader.RefuseField("size", reader.Template.Size, "memory of at least 16m");
            }

            config["memory"] = (memory / Mib).ToString(CultureInfo.InvariantCulture);
        }

        return size.MemoryBytes;
    }

    private static ImmutableArray<string> ReadNetworks(TemplateReader reader, ImmutableSortedDictionary<string, string>.Builder config)
    {
        var networks = reader.Template.Networks;
        if (networks.Length > NetworksMax)
        {
            reader.RefuseField(
                "network", string.Join(", ", networks),
                string.Create(CultureInfo.InvariantCulture, $"at most {NetworksMax}, which is what Proxmox gives a machine"));
            return [];
        }

        if (reader.Template.FirewallEnabled && networks.IsEmpty)
        {
            reader.RefuseField("firewall", "on", "only with network, since Proxmox's firewall is a property of each interface");
        }

        var bridges = ImmutableArray.CreateBuilder<string>();
        foreach (var (index, network) in networks.Index())
        {
            var match = Network().Match(network);
            var vlan = match.Groups[2].Success ? int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : (int?)null;
            if (!match.Success || vlan is < 1 or > 4094)
            {
                reader.RefuseField(
                    "network", network, "a bridge's or VNet's name, and a VLAN from 1 to 4094 behind a slash: vmbr0 or vmbr0/20");
                continue;
            }

            bridges.Add(match.Groups[1].Value);
            config[string.Create(CultureInfo.InvariantCulture, $"net{index}")] =
                $"virtio,bridge={match.Groups[1].Value}"
                + (vlan is null ? "" : string.Create(CultureInfo.InvariantCulture, $",tag={vlan}"))
                + (reader.Template.FirewallEnabled ? ",firewall=1" : "");
        }

        return bridges.ToImmutable();
    }

    private static void ReadCloudInit(TemplateReader reader, ImmutableSortedDictionary<string, string>.Builder config, int interfaces)
    {
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                config[name] = value;
            }
        }

        Add("ciuser", reader.Read(ProxmoxDescription.CiUser));
        // Escaped once more than other parameters: its format is "urlencoded".
        Add("sshkeys", reader.Read(ProxmoxDescription.SshKeys) is { } keys ? Uri.EscapeDataString(keys) : null);
        Add("nameserver", reader.Read(ProxmoxDescription.NameServer));
        Add("cicustom", reader.Read(ProxmoxDescription.CiCustom));
        var address = reader.Read(ProxmoxDescription.IpConfig);
        for (var index = 0; index < interfaces; index++)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"ipconfig{index}"), address);
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9.\-]{0,252}\z")]
    private static partial Regex Image();

    // pve-bridge-id and SDN's VNets: up to ten characters for a bridge in the schema, eight for a VNet; Linux takes fifteen.
    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9_\-.]{0,14})(?:/([0-9]{1,4}))?\z")]
    private static partial Regex Network();
}
