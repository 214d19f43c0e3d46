using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Hetzner.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Hetzner;

/// <summary>Reads a server into the fields of a template.</summary>
internal static class TemplateOfServer
{
    /// <summary>The draft.</summary>
    public static TemplateDraft Read(Server server)
    {
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                options[name] = value;
            }
        }

        Add(HetznerDescription.Location.Name, server.Place);
        Add(HetznerDescription.Firewalls.Name, string.Join(',', (server.PublicNet?.Firewalls ?? []).Select(firewall => Text(firewall.Id))));
        Add(HetznerDescription.PlacementGroup.Name, server.PlacementGroup?.Name);
        Add(HetznerDescription.Ipv4.Name, server.PublicNet?.Ipv4 is null ? "off" : null);
        Add(HetznerDescription.Ipv6.Name, server.PublicNet?.Ipv6 is null ? "off" : null);
        return new()
        {
            Image = server.Image is { } image ? image.Name ?? Text(image.Id) : "",
            Size = server.ServerType?.Name,
            Networks = [.. (server.PrivateNet ?? []).Where(net => net.Network is not null).Select(net => Text(net.Network!.Value))],
            Tags = HetznerLabels.Read(server.Labels ?? [])
                .RemoveRange((server.Labels ?? []).Keys.Where(key => key.StartsWith(MusterTags.Prefix, StringComparison.Ordinal)))
                .Remove(ServerReader.NameTag),
            Options = options.ToImmutable(),
            LeftOut = [.. LeftOut(server)],
        };
    }

    private static IEnumerable<string> LeftOut(Server server)
    {
        if (server.Image is null)
        {
            yield return "its image is gone: say which one to use";
        }

        yield return $"SSH keys and user data, which Hetzner does not tell: set options.{HetznerDescription.SshKeys.Name} and user_data";
        if (server.Volumes is { Length: > 0 } volumes)
        {
            yield return $"volumes {string.Join(", ", volumes)}: a volume belongs to one server";
        }

        if (server.PublicNet?.FloatingIps is { Length: > 0 } floating)
        {
            yield return $"floating IPs {string.Join(", ", floating)}: each belongs to one server";
        }

        if (server.LoadBalancers is { Length: > 0 } balancers)
        {
            yield return $"load balancers {string.Join(", ", balancers)}: have them choose servers by a label that the template's tags set";
        }

        if (server.BackupWindow is not null)
        {
            yield return "backups";
        }

        if (server.Protection?.Delete is true)
        {
            yield return "delete protection: Muster could not end such a server";
        }
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
