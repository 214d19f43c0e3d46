using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Templates;

namespace Muster.Clouds.DigitalOcean;

/// <summary>What can be said of a template without a call.</summary>
internal static class DropletTemplates
{
    /// <summary>How GPU sizes begin.</summary>
    public const string GpuPrefix = "gpu-";

    private const string SizeAllowed = "the slug of a size, such as s-1vcpu-1gb: doctl compute size list";

    private static readonly UserDataForm UserData = new(BytesMax: 64 * 1024);

    /// <summary>Reads it: what DigitalOcean could only refuse too, or would drop, is refused.</summary>
    public static TemplateReading<DropletSpec> Read(Template template)
    {
        var reader = new TemplateReader(template, DigitalOceanDescription.Kind.TemplateOptions);
        var image = ImageChoice.Read(template.Image);
        if (image is null)
        {
            reader.RefuseField(
                "image", template.Image,
                "the slug of a public image (ubuntu-24-04-x64), an image's id, or snapshot:NAME for the newest image of that name");
        }

        CheckSize(reader);
        CheckNetworks(reader);
        reader.RefuseFirewall(
            "off: DigitalOcean's firewalls choose their droplets by tags. Give the template's option tags a tag that a firewall names");
        foreach (var key in template.Metadata.Keys)
        {
            // The value may be a secret, and is not shown.
            reader.Findings.Add(new(
                $"metadata.{key}", IsGood: false, $"metadata.{key} is not allowed: DigitalOcean hands droplets user data alone"));
        }

        CheckTags(reader);
        UserData.Check(reader);
        var options = new
        {
            Region = reader.Read(DigitalOceanDescription.Region),
            SshKeys = reader.Read(DigitalOceanDescription.SshKeys),
            Monitoring = reader.Read(DigitalOceanDescription.Monitoring),
            Ipv6 = reader.Read(DigitalOceanDescription.Ipv6),
            Backups = reader.Read(DigitalOceanDescription.Backups),
            PublicNetworking = reader.Read(DigitalOceanDescription.PublicNetworking),
            Tags = reader.Read(DigitalOceanDescription.Tags),
        };
        if (options.Ipv6 && !options.PublicNetworking)
        {
            reader.Refuse(DigitalOceanDescription.Ipv6.Name, "true", "false where public_networking is false");
        }

        return reader.End(() => new DropletSpec
        {
            Image = image!,
            Size = template.Size!,
            Region = options.Region,
            Vpc = template.Networks.FirstOrDefault(),
            SshKeys = options.SshKeys,
            Monitoring = options.Monitoring,
            Ipv6 = options.Ipv6,
            Backups = options.Backups,
            PublicNetworking = options.PublicNetworking,
            Tags = options.Tags,
            UserData = template.UserData,
        });
    }

    private static void CheckSize(TemplateReader reader)
    {
        var size = reader.Template.Size;
        if (string.IsNullOrEmpty(size))
        {
            reader.RefuseField("size", null, SizeAllowed);
        }
        else if (size.StartsWith(GpuPrefix, StringComparison.Ordinal))
        {
            reader.RefuseField(
                "size", size,
                "no GPU size: DigitalOcean leaves GPU droplets out of listings by tag, and Muster would not see what it made");
        }
        else if (!size.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            reader.RefuseField("size", size, SizeAllowed);
        }
    }

    private static void CheckNetworks(TemplateReader reader)
    {
        var networks = reader.Template.Networks;
        if (networks.Length > 1)
        {
            reader.RefuseField("network", string.Join(", ", networks), "one at most: a droplet is in one VPC");
        }

        foreach (var network in networks.Where(network => !Guid.TryParse(network, out _)))
        {
            reader.RefuseField("network", network, "the id of a VPC, a UUID: doctl vpcs list");
        }
    }

    private static void CheckTags(TemplateReader reader)
    {
        foreach (var (key, value) in reader.Template.Tags)
        {
            if (DropletTags.Of(key, value) is { Length: > DropletTags.LengthMax and var length })
            {
                reader.RefuseField(
                    $"tags.{key}", value,
                    $"key and value of {DropletTags.LengthMax} characters at most as DigitalOcean takes them, where every other character "
                    + $"than a-z, 0-9 and - counts as two or three for each byte; these are {length}");
            }
        }
    }
}
