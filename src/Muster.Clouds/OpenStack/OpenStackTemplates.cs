using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Templates;

namespace Muster.Clouds.OpenStack;

/// <summary>What can be said of a template without a call.</summary>
internal static class OpenStackTemplates
{
    /// <summary>The network of a server that has none, in the word of OpenStack's own programs.</summary>
    public const string NoNetwork = "none";

    /// <summary>The network where the cloud chooses.</summary>
    public const string AnyNetwork = "auto";

    /// <summary>What a server's base64 of user data may have is 65,535 characters.</summary>
    private const int UserDataBytesMax = 65_535 / 4 * 3;

    private const int NameLengthMax = 255;

    /// <summary>Tags of Muster's own that a server may have.</summary>
    private const int OwnTagsMax = 12;

    private static readonly UserDataForm UserData = new(UserDataBytesMax, IsBase64: true);

    /// <summary>Reads it: what OpenStack could only refuse too, or would drop, is refused.</summary>
    public static TemplateReading<OpenStackSpec> Read(Template template)
    {
        var reader = new TemplateReader(template, OpenStackDescription.Kind.TemplateOptions);
        CheckName(reader, "image", template.Image, "an image's id or name: openstack image list");
        CheckName(reader, "size", template.Size, "a flavor's name or id: openstack flavor list");
        CheckNetworks(reader);
        reader.RefuseFirewall(
            "off: a server's security groups are always on. Name them in the option security_groups");
        CheckMetadata(reader);
        UserData.Check(reader);
        var spec = new
        {
            KeyName = reader.Read(OpenStackDescription.KeyName),
            SecurityGroups = reader.Read(OpenStackDescription.SecurityGroups),
            AvailabilityZone = reader.Read(OpenStackDescription.AvailabilityZone),
            ServerGroup = reader.Read(OpenStackDescription.ServerGroup),
            BootVolumeSize = reader.Read(OpenStackDescription.BootVolumeSize),
            VolumeType = reader.Read(OpenStackDescription.VolumeType),
            ConfigDrive = reader.Read(OpenStackDescription.ConfigDrive),
        };
        if (spec.VolumeType is { } type && spec.BootVolumeSize == 0)
        {
            reader.Refuse(OpenStackDescription.VolumeType.Name, type, "only with boot_volume_size");
        }

        if (!spec.SecurityGroups.IsEmpty && template.Networks is [NoNetwork])
        {
            reader.Refuse(
                OpenStackDescription.SecurityGroups.Name, string.Join(',', spec.SecurityGroups), "left out where network is none");
        }

        return reader.End(() => new OpenStackSpec
        {
            Image = template.Image,
            Flavor = template.Size!,
            Networks = template.Networks is [AnyNetwork] ? [] : template.Networks,
            KeyName = spec.KeyName,
            SecurityGroups = spec.SecurityGroups,
            AvailabilityZone = spec.AvailabilityZone,
            ServerGroup = spec.ServerGroup,
            BootVolumeSize = spec.BootVolumeSize,
            VolumeType = spec.VolumeType,
            ConfigDrive = spec.ConfigDrive,
            UserData = template.UserData is { } text ? UserData.Encode(text) : null,
        });
    }

    private static void CheckName(TemplateReader reader, string field, string? value, string allowed)
    {
        if (string.IsNullOrEmpty(value))
        {
            reader.RefuseField(field, null, allowed);
        }
        else if (value.Length > NameLengthMax || value.Any(char.IsControl))
        {
            reader.RefuseField(field, value, allowed);
        }
    }

    private static void CheckNetworks(TemplateReader reader)
    {
        var networks = reader.Template.Networks;
        foreach (var network in networks)
        {
            CheckName(reader, "network", network, "a network's name or id: openstack network list");
        }

        if (networks.Length > 1 && networks.FirstOrDefault(network => network is NoNetwork or AnyNetwork) is { } alone)
        {
            reader.RefuseField("network", alone, $"alone, or left out beside {string.Join(", ", networks.Remove(alone))}");
        }
    }

    private static void CheckMetadata(TemplateReader reader)
    {
        var template = reader.Template;
        foreach (var (key, value) in template.Metadata)
        {
            // The value may be a secret, and is not shown.
            var wrong = key.StartsWith(ServerTags.CodedPrefix, StringComparison.Ordinal)
                    ? $"begins with {ServerTags.CodedPrefix}, which is Muster's own"
                : !ServerTags.IsKey(key)
                    ? $"is named otherwise than OpenStack allows: 1 to {ServerTags.LengthMax} characters of A-Z a-z 0-9 - _ : . and blanks"
                : !ServerTags.IsValue(value)
                    ? $"has a value that OpenStack does not take: {ServerTags.LengthMax} characters at most, no control characters, no "
                        + "emoji"
                : template.Tags.ContainsKey(key) ? "is a tag as well, and both are the server's metadata: rename one"
                : null;
            if (wrong is not null)
            {
                reader.Findings.Add(new($"metadata.{key}", IsGood: false, $"metadata.{key} {wrong}"));
            }
        }

        var items = ServerTags.Write(template.Tags).Count + template.Metadata.Count;
        if (items + OwnTagsMax > ServerTags.ItemsMax)
        {
            reader.RefuseField(
                "metadata", $"{items} items with the tags",
                $"at most {ServerTags.ItemsMax - OwnTagsMax}, since a server has {ServerTags.ItemsMax} and Muster needs {OwnTagsMax}; a "
                + "tag that OpenStack does not take as it is counts as several");
        }
    }
}
