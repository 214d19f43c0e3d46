using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Templates;

namespace Muster.Clouds.Gce.Templates;

/// <summary>Reads templates, without a call.</summary>
/// <param name="project">The cloud's.</param>
/// <param name="region">The cloud's.</param>
internal sealed partial class GceTemplates(string project, string region)
{
    /// <summary>An image's word for that of the instance template.</summary>
    public const string ImageOfTemplate = "instance-template";

    /// <summary>What cloud-init reads.</summary>
    public const string UserDataKey = "user-data";

    /// <summary>Bytes of one metadatum's value, by Google's bound.</summary>
    public const int ValueBytesMax = 256 * 1024;

    /// <summary>Bytes of all metadata of one instance, by Google's bound.</summary>
    public const int MetadataBytesMax = 512 * 1024;

    private const string SshKeysKey = "ssh-keys";
    private const int InterfacesMax = 8;

    private const string ImageAllowed =
        "an image's name, family/NAME, or projects/PROJECT/global/images/NAME or .../images/family/NAME";

    private const string NetworkAllowed =
        "a subnetwork's name, networks/NAME, projects/PROJECT/regions/REGION/subnetworks/NAME or projects/PROJECT/global/networks/NAME";

    private static readonly UserDataForm UserData = new(ValueBytesMax);

    /// <summary>What a template comes to, or all that is wrong with it.</summary>
    public TemplateReading<GceSpec> Read(Template template)
    {
        var reader = new TemplateReader(template, GceTemplateOptions.All);
        var imageProject = reader.Read(GceTemplateOptions.ImageProject);
        var zones = reader.Read(GceTemplateOptions.Zones);
        var instanceTemplate = reader.Read(GceTemplateOptions.InstanceTemplate);
        var scopes = reader.Read(GceTemplateOptions.Scopes);
        var account = reader.Read(GceTemplateOptions.ServiceAccount);
        var keys = reader.Read(GceTemplateOptions.SshKeys);
        var image = ReadImage(reader, imageProject, instanceTemplate);
        var networks = ReadNetworks(reader, instanceTemplate);
        if (template.Size is { } size ? !GceNames.IsName(size) : instanceTemplate is null)
        {
            reader.RefuseField("size", template.Size, "a machine type: e2-small, n2-standard-4, n2-custom-4-8192");
        }

        foreach (var zone in zones.Where(zone => !zone.StartsWith($"{region}-", StringComparison.Ordinal)))
        {
            reader.Refuse(GceTemplateOptions.Zones.Name, zone, $"zones of the cloud's region {region}");
        }

        if (account is null && reader.TextOf(GceTemplateOptions.Scopes.Name) is { } text)
        {
            reader.Refuse(GceTemplateOptions.Scopes.Name, text, "only with a service_account");
        }

        UserData.Check(reader);
        var metadata = ReadMetadata(reader, keys);
        var read = (
            External: reader.Read(GceTemplateOptions.ExternalIp), Size: reader.Read(GceTemplateOptions.DiskSize),
            Type: reader.Read(GceTemplateOptions.DiskType), Disks: reader.Read(GceTemplateOptions.Disks),
            Tags: reader.Read(GceTemplateOptions.NetworkTags), Spot: reader.Read(GceTemplateOptions.ProvisioningModel));
        if (image is null && (read.Size is not null || read.Type is not null || !read.Disks.IsEmpty))
        {
            RefuseDisks(reader);
        }

        return reader.End(() => new GceSpec
        {
            Image = image,
            MachineType = template.Size,
            Networks = networks,
            Metadata = metadata,
            Zones = zones,
            NetworkTags = read.Tags,
            ExternalIp = read.External,
            ServiceAccount = account,
            Scopes = account is null ? [] : scopes.IsEmpty ? ["cloud-platform"] : scopes,
            DiskSizeGb = read.Size,
            DiskType = read.Type,
            Disks = read.Disks,
            InstanceTemplate = instanceTemplate,
            IsSpot = read.Spot,
        });
    }

    /// <summary>How many bytes metadata are to Google.</summary>
    public static int BytesOf(IEnumerable<KeyValuePair<string, string>> metadata) =>
        metadata.Sum(item => Encoding.UTF8.GetByteCount(item.Key) + Encoding.UTF8.GetByteCount(item.Value));

    private string? ReadImage(TemplateReader reader, string? imageProject, string? instanceTemplate)
    {
        var image = reader.Template.Image;
        if (image == ImageOfTemplate && instanceTemplate is not null)
        {
            return null;
        }

        if (LinkOf(image) is { } link && ImageLink().IsMatch(link))
        {
            if (imageProject is not null)
            {
                reader.Refuse(GceTemplateOptions.ImageProject.Name, imageProject, "left out where image names its project itself");
            }

            return link;
        }

        if (ImageName().IsMatch(image))
        {
            return $"projects/{imageProject ?? project}/global/images/{image}";
        }

        reader.RefuseField("image", image, ImageAllowed);
        return null;
    }

    private ImmutableArray<NetworkLink> ReadNetworks(TemplateReader reader, string? instanceTemplate)
    {
        var networks = reader.Template.Networks;
        if (networks.IsDefaultOrEmpty)
        {
            return instanceTemplate is null ? [new($"projects/{project}/global/networks/default", IsSubnetwork: false)] : [];
        }

        var links = ImmutableArray.CreateBuilder<NetworkLink>();
        foreach (var network in networks)
        {
            if (GceNames.IsName(network))
            {
                links.Add(new($"projects/{project}/regions/{region}/subnetworks/{network}", IsSubnetwork: true));
            }
            else if (network.Split('/') is ["networks", var name] && GceNames.IsName(name))
            {
                links.Add(new($"projects/{project}/global/networks/{name}", IsSubnetwork: false));
            }
            else if (LinkOf(network) is { } link && NetworkPattern().Match(link) is { Success: true } match)
            {
                if (match.Groups["region"] is { Success: true, Value: var of } && of != region)
                {
                    reader.RefuseField("network", network, $"a subnetwork of the cloud's region {region}");
                }

                links.Add(new(link, match.Groups["region"].Success));
            }
            else
            {
                reader.RefuseField("network", network, NetworkAllowed);
            }
        }

        if (networks.Length > InterfacesMax)
        {
            reader.RefuseField("network", $"{networks.Length} networks", $"{InterfacesMax} at most");
        }

        return links.ToImmutable();
    }

    private static ImmutableArray<KeyValuePair<string, string>> ReadMetadata(TemplateReader reader, ImmutableArray<string> sshKeys)
    {
        var template = reader.Template;
        foreach (var (key, value) in template.Metadata)
        {
            if (key is GceLabels.TagsKey or GceLabels.NameKey
                || (key is UserDataKey && template.UserData is not null)
                || (key is SshKeysKey && !sshKeys.IsEmpty))
            {
                reader.RefuseField($"metadata.{key}", "given", key switch
                {
                    UserDataKey => "left out where there are user_data",
                    SshKeysKey => $"left out where there are options.{GceTemplateOptions.SshKeys.Name}",
                    _ => "Muster writes it itself",
                });
            }
            else if (!MetadataKey().IsMatch(key))
            {
                reader.RefuseField($"metadata.{key}", "given", "a key of 1 to 128 characters of A-Z a-z 0-9 _ -");
            }
            else if (Encoding.UTF8.GetByteCount(value) is var bytes and > ValueBytesMax)
            {
                reader.RefuseField($"metadata.{key}", $"{bytes} bytes", $"at most {ValueBytesMax} bytes as UTF-8");
            }
        }

        var metadata = template.Metadata;
        metadata = template.UserData is { } userData ? metadata.SetItem(UserDataKey, UserData.Encode(userData)) : metadata;
        metadata = sshKeys.IsEmpty ? metadata : metadata.SetItem(SshKeysKey, string.Join('\n', sshKeys));
        if (BytesOf(metadata) is var all and > MetadataBytesMax)
        {
            reader.RefuseField("metadata", $"{all} bytes with user_data", $"at most {MetadataBytesMax} bytes together");
        }

        return [.. metadata];
    }

    private static void RefuseDisks(TemplateReader reader)
    {
        foreach (var option in (string[])
            [GceTemplateOptions.DiskSize.Name, GceTemplateOptions.DiskType.Name, GceTemplateOptions.Disks.Name])
        {
            if (reader.TextOf(option) is { } value && reader.Template.Image == ImageOfTemplate)
            {
                reader.Refuse(option, value, "only with an image of its own, since the disks are the instance template's");
            }
        }
    }

    /// <summary>A link from <c>projects/</c> on, whatever stands before it; null where it is none.</summary>
    private static string? LinkOf(string text)
    {
        var at = text.IndexOf("projects/", StringComparison.Ordinal);
        return at == 0 || (at > 0 && text.StartsWith("https://", StringComparison.Ordinal) && text[at - 1] == '/') ? text[at..] : null;
    }

    [GeneratedRegex("^projects/[a-z][a-z0-9.:-]{0,99}/global/images/(family/)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?\\z")]
    private static partial Regex ImageLink();

    [GeneratedRegex("^(family/)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?\\z")]
    private static partial Regex ImageName();

    [GeneratedRegex(
        "^projects/[a-z][a-z0-9.:-]{0,99}/(global/networks|regions/(?<region>[a-z0-9-]{1,63})/subnetworks)"
        + "/[a-z]([-a-z0-9]{0,61}[a-z0-9])?\\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex NetworkPattern();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,128}\\z")]
    private static partial Regex MetadataKey();
}
