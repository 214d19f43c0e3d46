using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Triton.Wire;

namespace Muster.Clouds.Triton.Machines;

/// <summary>
/// The attributes of a machine for whoever asks for all of them; their names are CloudAPI's own, lists have commas between.
/// </summary>
internal static class MachineDetails
{
    public const string MetadataPrefix = "metadata.";

    public static ImmutableSortedDictionary<string, string> AddTo(ImmutableSortedDictionary<string, string> attributes, Machine machine)
    {
        var all = attributes.ToBuilder();
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                all[name] = value;
            }
        }

        Add("type", machine.Type);
        Add("memory", machine.Memory?.ToString(CultureInfo.InvariantCulture));
        Add("disk", machine.Disk?.ToString(CultureInfo.InvariantCulture));
        Add("updated", machine.Updated?.ToString("O", CultureInfo.InvariantCulture));
        Add("docker", machine.Docker is true ? "true" : null);
        Add("firewall_enabled", machine.FirewallEnabled is true ? "true" : null);
        Add("ips", Joined(machine.Ips));
        Add("networks", Joined(machine.Networks));
        Add("dns_names", Joined(machine.DnsNames));
        Add("primaryIp", machine.PrimaryIp);
        foreach (var (name, value) in machine.Metadata ?? [])
        {
            all[$"{MetadataPrefix}{name}"] = Machine.Text(value);
        }

        return all.ToImmutable();
    }

    private static string? Joined(string[]? texts) => texts is null ? null : string.Join(',', texts);
}
