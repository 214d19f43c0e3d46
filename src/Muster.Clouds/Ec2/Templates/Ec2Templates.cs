using System.Collections.Immutable;
using System.Text.RegularExpressions;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Templates;

namespace Muster.Clouds.Ec2.Templates;

/// <summary>Turns a template into what is launched, or says everything that is wrong with it. EC2 is not asked.</summary>
internal static partial class Ec2Templates
{
    /// <summary>Tags that Muster itself puts on, the name among them.</summary>
    private const int OwnTagsMax = 12;

    // Of all tags of an instance that may read its tags.
    private const string MetadataCharacters = "letters, digits and + - = . , _ : @";

    private static readonly UserDataForm UserData = new(16 * 1024, IsBase64: true);

    /// <summary>Reads it.</summary>
    public static TemplateReading<Ec2Spec> Read(Template template)
    {
        var reader = new TemplateReader(template, Ec2TemplateOptions.All);
        var launchTemplate = reader.Read(Ec2TemplateOptions.LaunchTemplate);
        var image = ReadImage(reader, launchTemplate is not null);
        CheckSize(reader, launchTemplate is not null);
        foreach (var subnet in template.Networks.Where(subnet => !SubnetId().IsMatch(subnet)))
        {
            reader.RefuseField("network", subnet, "a subnet's id: subnet-...; each instance is in one of those given");
        }

        reader.RefuseFirewall("EC2's firewall is security groups: leave it off, and name them with the option security_groups");
        UserData.Check(reader);
        CheckTags(reader);
        var spec = new Ec2Spec
        {
            Image = image ?? new(ImageForm.Id, template.Image),
            Type = template.Size,
            Subnets = template.Networks,
            Groups = reader.Read(Ec2TemplateOptions.SecurityGroups),
            KeyName = reader.Read(Ec2TemplateOptions.KeyName),
            Profile = reader.Read(Ec2TemplateOptions.Profile),
            Devices = reader.Read(Ec2TemplateOptions.Devices),
            Base = launchTemplate,
            HttpTokens = reader.Read(Ec2TemplateOptions.HttpTokens) ?? (launchTemplate is null ? "required" : null),
            HopLimit = reader.Read(Ec2TemplateOptions.HopLimit),
            SpotMaxPrice = reader.Read(Ec2TemplateOptions.SpotMaxPrice),
            PublicAddress = reader.Read(Ec2TemplateOptions.PublicAddress),
            Monitoring = reader.Read(Ec2TemplateOptions.Monitoring),
            Hibernation = reader.Read(Ec2TemplateOptions.Hibernation),
            CpuCredits = reader.Read(Ec2TemplateOptions.CpuCredits),
            Tenancy = reader.Read(Ec2TemplateOptions.Tenancy),
            PlacementGroup = reader.Read(Ec2TemplateOptions.PlacementGroup),
            UserData = template.UserData is { } text ? UserData.Encode(text) : null,
            MetadataTags = template.Metadata.ToImmutableSortedDictionary(
                entry => Ec2Tags.MetadataPrefix + entry.Key, entry => entry.Value, StringComparer.Ordinal),
        };
        if (spec.PublicAddress is not null && spec.Subnets.IsEmpty)
        {
            reader.Refuse(
                Ec2TemplateOptions.PublicAddress.Name, template.Options[Ec2TemplateOptions.PublicAddress.Name],
                "needs a network: EC2 takes it with a subnet alone; without one the default VPC's subnets decide");
        }

        return reader.End(() => spec);
    }

    private static ImageChoice? ReadImage(TemplateReader reader, bool hasBase)
    {
        if (!ImageChoice.TryParse(reader.Template.Image, out var image))
        {
            reader.RefuseField("image", reader.Template.Image, ImageChoice.Allowed);
        }
        else if (image.Form is ImageForm.LaunchTemplate && !hasBase)
        {
            reader.RefuseField("image", reader.Template.Image, "needs the option launch_template, whose image is meant");
        }

        return image;
    }

    private static void CheckSize(TemplateReader reader, bool hasBase)
    {
        const string Allowed = "an instance type: t3.micro, m7g.large";
        var size = reader.Template.Size;
        if (size is null && !hasBase)
        {
            reader.RefuseField("size", null, $"{Allowed}; only with the option launch_template it may be left out");
        }
        else if (size is not null && !InstanceType().IsMatch(size))
        {
            reader.RefuseField("size", size, Allowed);
        }
    }

    private static void CheckTags(TemplateReader reader)
    {
        foreach (var (key, value) in reader.Template.Tags)
        {
            if (key == Ec2Tags.NameKey)
            {
                reader.RefuseField($"tags.{key}", value, "EC2 keeps the instance's own name there: use name_prefix");
            }
            else if (key.StartsWith(Ec2Tags.AmazonPrefix, StringComparison.OrdinalIgnoreCase))
            {
                reader.RefuseField($"tags.{key}", value, "keys that begin with aws: are Amazon's own");
            }
            else if (!reader.Template.Metadata.IsEmpty && !MetadataKey().IsMatch(key))
            {
                reader.RefuseField(
                    $"tags.{key}", value,
                    $"beside metadata, which the instance reads as tags, every tag's key has {MetadataCharacters} alone");
            }
            else
            {
                CheckLength(reader, $"tags.{key}", key, value);
            }
        }

        foreach (var (key, value) in reader.Template.Metadata)
        {
            if (!MetadataKey().IsMatch(key))
            {
                reader.RefuseField(
                    $"metadata.{key}", key,
                    $"the instance reads it as a tag, whose key has {MetadataCharacters} alone");
            }

            CheckLength(reader, $"metadata.{key}", Ec2Tags.MetadataPrefix + key, value);
        }

        var count = reader.Template.Tags.Count + reader.Template.Metadata.Count;
        if (count > Ec2Tags.CountMax - OwnTagsMax)
        {
            reader.RefuseField(
                "tags", $"{count} tags and metadata",
                $"at most {Ec2Tags.CountMax - OwnTagsMax}: EC2 takes {Ec2Tags.CountMax} tags, of which Muster needs {OwnTagsMax}");
        }
    }

    private static void CheckLength(TemplateReader reader, string field, string key, string value)
    {
        if (key.Length > Ec2Tags.KeyLengthMax)
        {
            reader.RefuseField(field, key, $"a key of at most {Ec2Tags.KeyLengthMax} characters");
        }

        if (value.Length > Ec2Tags.ValueLengthMax)
        {
            reader.RefuseField(field, $"{value.Length} characters", $"at most {Ec2Tags.ValueLengthMax} characters, as a tag of EC2");
        }
    }

    [GeneratedRegex(@"\Asubnet-[0-9a-f]{8}([0-9a-f]{9})?\z")]
    private static partial Regex SubnetId();

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,40}\.[a-z0-9-]{1,30}\z")]
    private static partial Regex InstanceType();

    [GeneratedRegex(@"\A[A-Za-z0-9+=.,_:@-]+\z")]
    private static partial Regex MetadataKey();
}
