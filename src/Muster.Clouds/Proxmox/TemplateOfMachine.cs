using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Clouds.Proxmox.Marks;
using Muster.Clouds.Proxmox.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Proxmox;

/// <summary>Reads a machine into the fields of a template.</summary>
internal static partial class TemplateOfMachine
{
    /// <summary>The draft.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.NotFound"/>: there is no such machine.</exception>
    public static async Task<TemplateDraft> ReadAsync(ProxmoxApi api, InstanceId instance, CancellationToken cancellationToken)
    {
        var view = await api.LookAsync(cancellationToken);
        return MachineId.Read(instance) is { } id && view.Find(id.Vmid) is { IsMachine: true } row
            && await api.ConfigAsync(row.Node, row.Vmid, cancellationToken) is { } config
            && id.IsOf(ProxmoxTags.Read(config.GetValueOrDefault("tags")).GetValueOrDefault(MusterTags.Launch))
                ? Read(row, config, view)
                : throw new CloudException(
                    CloudErrorKind.NotFound, $"the cluster has no virtual machine {instance}, or the token does not see it");
    }

    private static TemplateDraft Read(GuestRow row, ImmutableDictionary<string, string> config, ClusterView view)
    {
        var source = row.IsTemplate ? row.Vmid : config.Select(entry => Base().Match(entry.Value))
            .Where(match => match.Success).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            .FirstOrDefault();
        var template = view.Find(source);
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                options[name] = value;
            }
        }

        Add(ProxmoxDescription.Pool.Name, row.Pool);
        Add(ProxmoxDescription.CiUser.Name, config.GetValueOrDefault("ciuser"));
        Add(ProxmoxDescription.NameServer.Name, config.GetValueOrDefault("nameserver"));
        var custom = config.GetValueOrDefault("cicustom");
        Add(ProxmoxDescription.CiCustom.Name, custom is not null && ProxmoxDescription.CiCustom.Parse(custom, out _) ? custom : null);
        Add(ProxmoxDescription.OnBoot.Name, config.GetValueOrDefault("onboot") is "1" ? null : "off");
        var addresses = config.Where(entry => entry.Key.StartsWith("ipconfig", StringComparison.Ordinal)).Select(entry => entry.Value)
            .Distinct().ToArray();
        var isForAll = addresses.Length == 1 && ProxmoxDescription.IpConfig.Parse(addresses[0], out _);
        Add(ProxmoxDescription.IpConfig.Name, isForAll ? addresses[0] : null);
        var nets = config.Where(entry => Net().IsMatch(entry.Key))
            .OrderBy(entry => int.Parse(entry.Key.AsSpan(3), CultureInfo.InvariantCulture)).Select(entry => entry.Value).ToArray();
        var tags = ProxmoxTags.Read(config.GetValueOrDefault("tags"));
        return new()
        {
            Image = template?.Name ?? (template is null ? "" : template.Vmid.ToString(CultureInfo.InvariantCulture)),
            Size = SizeOf(config),
            Networks = [.. nets.Select(NetworkOf).OfType<string>()],
            FirewallEnabled = nets.Length > 0 && nets.All(net => net.Contains("firewall=1", StringComparison.Ordinal)),
            Tags = tags.RemoveRange(tags.Keys.Where(key => key.StartsWith(MusterTags.Prefix, StringComparison.Ordinal))),
            Options = options.ToImmutable(),
            LeftOut = [.. LeftOut(config, template, addresses.Length > 0 && !isForAll)],
        };
    }

    private static string? SizeOf(ImmutableDictionary<string, string> config)
    {
        // memory: 2048, or current=2048
        var memory = config.GetValueOrDefault("memory")?.Split('=', ',') is [.., var megabytes] ? $"memory={megabytes}m" : null;
        var sockets = int.TryParse(config.GetValueOrDefault("sockets"), CultureInfo.InvariantCulture, out var count) ? count : 1;
        var cpus = int.TryParse(config.GetValueOrDefault("cores"), CultureInfo.InvariantCulture, out var cores)
            ? string.Create(CultureInfo.InvariantCulture, $"cpu={cores * sockets}")
            : null;
        return memory is null && cpus is null ? null : string.Join(',', new[] { memory, cpus }.OfType<string>());
    }

    private static string? NetworkOf(string net)
    {
        var parts = net.Split(',');
        string? Value(string key) =>
            parts.FirstOrDefault(part => part.StartsWith($"{key}=", StringComparison.Ordinal))?[(key.Length + 1)..];
        return Value("bridge") is not { } bridge ? null : Value("tag") is { } vlan ? $"{bridge}/{vlan}" : bridge;
    }

    private static IEnumerable<string> LeftOut(ImmutableDictionary<string, string> config, GuestRow? template, bool hasAddresses)
    {
        if (template is null)
        {
            yield return "its image: it is no linked clone of a template that is there; say which template to use";
        }

        if (config.ContainsKey("sshkeys") || config.ContainsKey("cipassword"))
        {
            yield return $"SSH keys and the password of cloud-init: set options.{ProxmoxDescription.SshKeys.Name}";
        }

        if (hasAddresses)
        {
            yield return "its IP addresses: each belongs to one machine";
        }

        if (config.Keys.Where(key => Passed().IsMatch(key)).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } devices)
        {
            yield return $"devices of its node ({string.Join(", ", devices)}): put them into the Proxmox template";
        }

        if (config.GetValueOrDefault("protection") is "1")
        {
            yield return "its protection: Muster could not end such a machine";
        }
    }

    // The disk of a linked clone: local-lvm:base-9000-disk-0/vm-123456789-disk-0, or with the template's number before: 9000/base-9000...
    [GeneratedRegex(@"(?:^|[:/])base-([0-9]{3,9})-disk-")]
    private static partial Regex Base();

    [GeneratedRegex(@"^net[0-9]{1,2}\z")]
    private static partial Regex Net();

    [GeneratedRegex(@"^(hostpci|usb|virtiofs|serial)[0-9]+\z")]
    private static partial Regex Passed();
}
