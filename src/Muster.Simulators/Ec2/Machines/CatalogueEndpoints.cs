using System.Collections.Immutable;
using Muster.Simulators.Ec2.Settings;

using Muster.Simulators.Ec2.Wire;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Machines;

/// <summary>What there is to launch with.</summary>
internal static class CatalogueEndpoints
{
    public static ImmutableHashSet<string> Parameters { get; } =
    [
        "Filter.N.Name", "Filter.N.Value.N", "MaxResults", "NextToken", "ImageId.N", "Owner.N", "SubnetId.N", "GroupId.N", "KeyName.N",
        "ZoneName.N", "AllAvailabilityZones", "LocationType", "LaunchTemplateId.N", "LaunchTemplateName.N",
    ];

    public static Reply Images(AwsForm form)
    {
        var owners = form.All("Owner");
        var isOurs = owners.IsEmpty || owners.Contains("amazon") || owners.Contains("137112412989");
        return Answer("DescribeImages", "imagesSet", Ec2Catalogue.Images.Where(_ => isOurs).Where(image => form.Fits(filter => filter switch
        {
            "image-id" => [image.Id],
            "name" => [image.Name],
            "state" => [image.State],
            "architecture" => ["x86_64"],
            _ => null,
        })).Select(image =>
            Xml.Of("imageId", image.Id) + Xml.Of("imageLocation", $"amazon/{image.Name}") + Xml.Of("imageState", image.State)
            + Xml.Of("imageOwnerId", "137112412989") + Xml.Of("creationDate", image.Created) + Xml.Of("isPublic", "true")
            + Xml.Of("architecture", "x86_64") + Xml.Of("imageType", "machine") + Xml.Of("imageOwnerAlias", "amazon")
            + Xml.Of("name", image.Name) + Xml.Of("rootDeviceType", "ebs") + Xml.Of("rootDeviceName", "/dev/xvda")
            + Xml.Of("virtualizationType", "hvm")));
    }

    public static Reply Subnets(AwsForm form) => Answer(
        "DescribeSubnets", "subnetSet", Ec2Catalogue.Subnets.Select((subnet, index) => (Id: subnet, Zone: Ec2Catalogue.Zones[index]))
            .Where(subnet => form.Fits(filter => filter switch
            {
                "subnet-id" => [subnet.Id],
                "availability-zone" => [subnet.Zone],
                "vpc-id" => [Ec2Catalogue.Vpc],
                _ => null,
            })).Select(subnet =>
                Xml.Of("subnetId", subnet.Id) + Xml.Of("state", "available") + Xml.Of("vpcId", Ec2Catalogue.Vpc)
                + Xml.Of("availableIpAddressCount", "4000") + Xml.Of("availabilityZone", subnet.Zone) + Xml.Of("defaultForAz", "true")));

    public static Reply Groups(AwsForm form) => Answer(
        "DescribeSecurityGroups", "securityGroupInfo", new[] { Ec2Catalogue.Group }
            .Where(group => form.Fits(filter => filter is "group-id" ? [group] : filter is "group-name" ? ["default"] : null))
            .Select(group => Xml.Of("ownerId", Ec2Catalogue.Account) + Xml.Of("groupId", group) + Xml.Of("groupName", "default")
                + Xml.Of("vpcId", Ec2Catalogue.Vpc)));

    public static Reply KeyPairs(AwsForm form) => Answer(
        "DescribeKeyPairs", "keySet", new[] { Ec2Catalogue.KeyName }.Where(key => form.Fits(filter => filter is "key-name" ? [key] : null))
            .Select(key => Xml.Of("keyName", key) + Xml.Of("keyType", "ed25519")));

    public static Reply Zones(AwsForm form) => Answer(
        "DescribeAvailabilityZones", "availabilityZoneInfo", Ec2Catalogue.Zones.Where(zone => form.Fits(filter => filter switch
        {
            "zone-type" => ["availability-zone"],
            "zone-name" => [zone],
            "state" => ["available"],
            _ => null,
        })).Select(zone =>
            Xml.Of("zoneState", "available") + Xml.Of("optInStatus", "opt-in-not-required") + Xml.Of("zoneName", zone)
            + Xml.Of("regionName", Ec2Catalogue.Region) + Xml.Of("zoneType", "availability-zone")));

    public static Reply Offerings(AwsForm form) => Answer(
        "DescribeInstanceTypeOfferings", "instanceTypeOfferingSet",
        Ec2Catalogue.Types.Where(type =>
            form.Fits(filter => filter is "instance-type" ? [type] : filter is "location" ? [Ec2Catalogue.Region] : null))
            .Select(type => Xml.Of("instanceType", type) + Xml.Of("locationType", "region") + Xml.Of("location", Ec2Catalogue.Region)));

    public static Reply LaunchTemplates(AwsForm form)
    {
        if (form.All("LaunchTemplateId").FirstOrDefault(id => id != Ec2Catalogue.LaunchTemplateId) is { } wrong)
        {
            throw new AwsRefusal(
                400, "InvalidLaunchTemplateId.NotFound", $"The specified launch template, with template ID {wrong}, does not exist.");
        }

        return Answer(
            "DescribeLaunchTemplates", "launchTemplates", new[] { Ec2Catalogue.LaunchTemplate }
                .Where(name => form.Fits(filter => filter is "launch-template-name" ? [name] : null))
                .Select(name => Xml.Of("launchTemplateId", Ec2Catalogue.LaunchTemplateId) + Xml.Of("launchTemplateName", name)
                    + Xml.Of("defaultVersionNumber", "1") + Xml.Of("latestVersionNumber", "1")));
    }

    private static Reply Answer(string action, string list, IEnumerable<string> items) => Xml.Answer(action, Xml.List(list, items));
}
