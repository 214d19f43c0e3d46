using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.OpenStack.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.OpenStack;

/// <summary>Reads a server into the fields of a template.</summary>
internal static class TemplateOfServer
{
    /// <summary>The draft.</summary>
    public static TemplateDraft Read(JsonElement server)
    {
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                options[name] = value;
            }
        }

        Add(OpenStackDescription.KeyName.Name, server.Text("key_name"));
        Add(OpenStackDescription.AvailabilityZone.Name, server.Text("OS-EXT-AZ:availability_zone"));
        Add(OpenStackDescription.ConfigDrive.Name, server.Text("config_drive") is "True" or "true" ? "true" : null);
        var groups = string.Join(',', server.List("security_groups").Select(group => group.Text("name")).OfType<string>()
            .Distinct(StringComparer.Ordinal));
        Add(OpenStackDescription.SecurityGroups.Name, groups is "default" ? null : groups);
        return new()
        {
            Image = server.Find("image")?.Text("id") ?? "",
            Size = server.Find("flavor")?.Text("original_name"),
            Networks = [.. server.Fields("addresses").Select(network => network.Name)],
            Options = options.ToImmutable(),
            LeftOut = [.. LeftOut(server)],
        };
    }

    private static IEnumerable<string> LeftOut(JsonElement server)
    {
        if (server.Find("image")?.Text("id") is null)
        {
            yield return "its image, since it was booted from a volume: say which image to use, and how large the volume is in "
                + $"options.{OpenStackDescription.BootVolumeSize.Name}";
        }
        else if (server.List("os-extended-volumes:volumes_attached").Any())
        {
            yield return "attached volumes: a volume belongs to one server";
        }

        if (server.Fields("metadata").Any(item => !item.Name.StartsWith(MusterTags.Prefix, StringComparison.Ordinal)))
        {
            yield return "metadata, which may hold secrets: set what is needed as tags or metadata";
        }

        yield return "user data and the server group, which are not told: set user_data and "
            + $"options.{OpenStackDescription.ServerGroup.Name}";
        if (server.Fields("addresses").SelectMany(network => network.Value.ValueKind is JsonValueKind.Array
            ? network.Value.EnumerateArray() : []).Any(address => address.Text("OS-EXT-IPS:type") is "floating"))
        {
            yield return "floating IPs: each belongs to one server";
        }
    }
}
