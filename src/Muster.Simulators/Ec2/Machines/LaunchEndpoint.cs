using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Simulators.Ec2.Settings;
using Muster.Simulators.Ec2.Wire;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Machines;

/// <summary>RunInstances.</summary>
internal sealed partial class LaunchEndpoint(Ec2SimulatorOptions options, InstancePark park, TimeProvider timeProvider)
{
    private const int UserDataMax = 16 * 1024;

    public static ImmutableHashSet<string> Parameters { get; } =
    [
        "MinCount", "MaxCount", "ImageId", "InstanceType", "KeyName", "ClientToken", "SubnetId", "SecurityGroupId.N", "UserData",
        "IamInstanceProfile.Arn", "IamInstanceProfile.Name", "LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName",
        "LaunchTemplate.Version", "MetadataOptions.HttpTokens", "MetadataOptions.HttpPutResponseHopLimit", "MetadataOptions.HttpEndpoint",
        "MetadataOptions.InstanceMetadataTags", "Monitoring.Enabled", "CreditSpecification.CpuCredits", "Placement.Tenancy",
        "HibernationOptions.Configured",
        "Placement.GroupName", "Placement.AvailabilityZone", "NetworkInterface.N.DeviceIndex", "NetworkInterface.N.SubnetId",
        "NetworkInterface.N.AssociatePublicIpAddress", "NetworkInterface.N.DeleteOnTermination", "NetworkInterface.N.SecurityGroupId.N",
        "BlockDeviceMapping.N.DeviceName", "BlockDeviceMapping.N.Ebs.DeleteOnTermination", "BlockDeviceMapping.N.Ebs.VolumeSize",
        "BlockDeviceMapping.N.Ebs.VolumeType", "BlockDeviceMapping.N.Ebs.Iops", "BlockDeviceMapping.N.Ebs.Throughput",
        "BlockDeviceMapping.N.Ebs.Encrypted", "BlockDeviceMapping.N.Ebs.SnapshotId", "BlockDeviceMapping.N.Ebs.KmsKeyId",
        "InstanceMarketOptions.MarketType", "InstanceMarketOptions.SpotOptions.SpotInstanceType",
        "InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior", "InstanceMarketOptions.SpotOptions.MaxPrice",
        "TagSpecification.N.ResourceType", "TagSpecification.N.Tag.N.Key", "TagSpecification.N.Tag.N.Value",
        "DisableApiTermination", "EbsOptimized", "InstanceInitiatedShutdownBehavior",
    ];

    public Reply Launch(AwsForm form, bool isDryRun)
    {
        if (form.Number("MinCount", 1, 1000) is not 1 || form.Number("MaxCount", 1, 1000) is not 1)
        {
            throw new AwsRefusal(400, "MissingParameter", "The request must contain the parameters MinCount and MaxCount, here 1");
        }

        var isByTemplate = HasLaunchTemplate(form);
        var image = ImageOf(form.Text("ImageId"), isByTemplate);
        var type = form.Text("InstanceType") ?? (isByTemplate ? Ec2Catalogue.Type : "m1.small");
        if (!Ec2Catalogue.Types.Contains(type))
        {
            throw AwsRefusal.Value($"Invalid value '{type}' for InstanceType.");
        }

        var (subnet, zone) = PlaceOf(form);
        CheckOthers(form);
        var tags = TagsOf(form);
        if (isDryRun)
        {
            throw new AwsRefusal(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
        }

        var isSpot = form.Text("InstanceMarketOptions.MarketType") is "spot";
        var token = form.Text("ClientToken");
        if (token?.Length > 64)
        {
            throw AwsRefusal.Value($"Value ({token}) for parameter clientToken is invalid. Token must be less than or equal to 64 "
                + "characters");
        }

        var launched = park.Launch(token, form.Text("Placement.AvailabilityZone") ?? zone ?? "", Asked(form), () =>
        {
            CheckRoom(form, ref zone, isSpot);
            var now = timeProvider.GetUtcNow();
            // Amazon's times are of whole seconds.
            var created = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
            return new()
            {
                Id = park.NewId("i"),
                State = "pending",
                Created = created,
                Updated = now,
                Image = image,
                Type = type,
                Zone = zone!,
                Subnet = subnet ?? Ec2Catalogue.SubnetOf(zone!),
                ClientToken = token,
                KeyName = form.Text("KeyName"),
                Profile = form.Text("IamInstanceProfile.Arn")
                    ?? (form.Text("IamInstanceProfile.Name") is { } name
                        ? $"arn:aws:iam::{Ec2Catalogue.Account}:instance-profile/{name}"
                        : null),
                Groups = GroupsOf(form) is { IsEmpty: false } groups ? groups : [Ec2Catalogue.Group],
                HttpTokens = form.Text("MetadataOptions.HttpTokens") ?? "optional",
                Tags = tags.GetValueOrDefault("instance", ImmutableSortedDictionary<string, string>.Empty),
                VolumeTags = tags.GetValueOrDefault("volume", ImmutableSortedDictionary<string, string>.Empty),
                InterfaceTags = tags.GetValueOrDefault("network-interface", ImmutableSortedDictionary<string, string>.Empty),
                SpotRequest = isSpot ? park.NewId("sir")[..12] : null,
                Asked = form.Fields.ToImmutableSortedDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal),
                IsProtected = form.Flag("DisableApiTermination") is true,
            };
        });
        return Xml.Answer(
            "RunInstances",
            Xml.Of("reservationId", $"r-{launched.Id[2..]}") + Xml.Of("ownerId", Ec2Catalogue.Account) + "<groupSet/>"
            + Xml.List("instancesSet", [park.With(launched.Id, one => one.ToXml())!]));
    }

    private static bool HasLaunchTemplate(AwsForm form)
    {
        var (id, name) = (form.Text("LaunchTemplate.LaunchTemplateId"), form.Text("LaunchTemplate.LaunchTemplateName"));
        return (id, name) switch
        {
            (null, null) => false,
            (Ec2Catalogue.LaunchTemplateId, null) or (null, Ec2Catalogue.LaunchTemplate) => true,
            (null, _) => throw new AwsRefusal(
                400, "InvalidLaunchTemplateName.NotFoundException",
                $"The specified launch template, with template name {name}, does not exist."),
            _ => throw new AwsRefusal(
                400, "InvalidLaunchTemplateId.NotFound", $"The specified launch template, with template ID {id}, does not exist."),
        };
    }

    private static string ImageOf(string? asked, bool isByTemplate)
    {
        const string ByParameter = "resolve:ssm:";
        if (asked is null)
        {
            return isByTemplate
                ? Ec2Catalogue.Image
                : throw new AwsRefusal(400, "MissingParameter", "The request must contain the parameter ImageId");
        }

        if (asked.StartsWith(ByParameter, StringComparison.Ordinal))
        {
            return asked[ByParameter.Length..] == Ec2Catalogue.Parameter
                ? Ec2Catalogue.Image
                : throw AwsRefusal.Value($"Invalid value '{asked}' for imageId: the SSM parameter cannot be resolved");
        }

        if (!ImageForm().IsMatch(asked))
        {
            throw new AwsRefusal(400, "InvalidAMIID.Malformed", $"Invalid id: \"{asked}\" (expecting \"ami-...\")");
        }

        return Ec2Catalogue.Images.Any(image => image.Id == asked)
            ? asked
            : throw new AwsRefusal(400, "InvalidAMIID.NotFound", $"The image id '[{asked}]' does not exist");
    }

    private static (string? Subnet, string? Zone) PlaceOf(AwsForm form)
    {
        var subnet = form.Text("SubnetId") ?? form.Text("NetworkInterface.1.SubnetId");
        if (form.Each("NetworkInterface").Any() && (form.Text("SubnetId") is not null || form.All("SecurityGroupId").Length > 0))
        {
            throw new AwsRefusal(
                400, "InvalidParameterCombination",
                "Network interfaces and an instance-level subnet ID may not be specified on the same request");
        }

        var zone = form.Text("Placement.AvailabilityZone");
        if (zone is not null && !Ec2Catalogue.Zones.Contains(zone))
        {
            throw AwsRefusal.Value($"Invalid availability zone: [{zone}]");
        }

        if (subnet is null)
        {
            return (null, zone);
        }

        var own = Ec2Catalogue.ZoneOf(subnet)
            ?? throw new AwsRefusal(400, "InvalidSubnetID.NotFound", $"The subnet ID '{subnet}' does not exist");
        return zone is null || zone == own
            ? (subnet, own)
            : throw AwsRefusal.Value($"The specified subnet is in {own}, and not in the Availability Zone {zone}");
    }

    private static ImmutableArray<string> GroupsOf(AwsForm form) =>
        form.All("SecurityGroupId") is { IsEmpty: false } groups ? groups : form.All("NetworkInterface.1.SecurityGroupId");

    private static void CheckOthers(AwsForm form)
    {
        if (GroupsOf(form).FirstOrDefault(group => group != Ec2Catalogue.Group) is { } wrong)
        {
            throw new AwsRefusal(400, "InvalidGroup.NotFound", $"The security group '{wrong}' does not exist");
        }

        if (form.Text("KeyName") is { } key && key != Ec2Catalogue.KeyName)
        {
            throw new AwsRefusal(400, "InvalidKeyPair.NotFound", $"The key pair '{key}' does not exist");
        }

        if (form.Text("UserData") is { } userData)
        {
            var bytes = new byte[userData.Length];
            if (!Convert.TryFromBase64String(userData, bytes, out var length))
            {
                throw new AwsRefusal(400, "InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.");
            }

            if (length > UserDataMax)
            {
                throw AwsRefusal.Value("User data is limited to 16384 bytes");
            }
        }

        if (form.Text("MetadataOptions.HttpTokens") is not (null or "required" or "optional"))
        {
            throw AwsRefusal.Value("HttpTokens must be optional or required");
        }

        if (form.Text("InstanceMarketOptions.MarketType") is not (null or "spot"))
        {
            throw AwsRefusal.Value("Invalid value for MarketType");
        }
    }

    private static ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> TagsOf(AwsForm form)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, ImmutableSortedDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var specification in form.Each("TagSpecification"))
        {
            var resource = form.Text($"{specification}.ResourceType") ?? "";
            if (resource is not ("instance" or "volume" or "network-interface" or "spot-instances-request"))
            {
                throw AwsRefusal.Value($"'{resource}' is not a valid taggable resource type for this operation.");
            }

            if (resource is "spot-instances-request" && form.Text("InstanceMarketOptions.MarketType") is not "spot")
            {
                throw AwsRefusal.Value("Tag specification resource type spot-instances-request is for spot requests alone");
            }

            if (form.Text("MetadataOptions.InstanceMetadataTags") is "enabled"
                && form.Tags(specification).Keys.FirstOrDefault(key => !ReadableKey().IsMatch(key)) is { } key)
            {
                throw AwsRefusal.Value(
                    $"'{key}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{{1,255}}), and must not be a "
                        + $"reserved name");
            }

            if (!tags.TryAdd(resource, form.Tags(specification)))
            {
                throw AwsRefusal.Value("Duplicate resource type in tag specifications");
            }
        }

        return tags.ToImmutable();
    }

    private void CheckRoom(AwsForm form, ref string? zone, bool isSpot)
    {
        if (isSpot && decimal.TryParse(
            form.Text("InstanceMarketOptions.SpotOptions.MaxPrice"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var price)
            && price < options.SpotPrice)
        {
            throw new AwsRefusal(
                400, "SpotMaxPriceTooLow",
                $"Your Spot request price of {price} is lower than the minimum required Spot request fulfillment price.");
        }

        if (park.Alive.Count >= options.MachinesMax)
        {
            throw isSpot
                ? new AwsRefusal(400, "MaxSpotInstanceCountExceeded", "Max spot instance count exceeded")
                : new AwsRefusal(
                    400, "VcpuLimitExceeded",
                    $"You have requested more vCPU capacity than your current vCPU limit of "
                    + $"{options.MachinesMax * Ec2Catalogue.VcpusOfEach} allows for the instance bucket that "
                    + "the specified instance type belongs to.");
        }

        var chosen = zone;
        zone = Ec2Catalogue.Zones.FirstOrDefault(one => (chosen is null || one == chosen) && !options.FullZones.ContainsKey(one));
        if (options.IsFull || zone is null)
        {
            throw new AwsRefusal(
                500, "InsufficientInstanceCapacity",
                $"We currently do not have sufficient {form.Text("InstanceType")} capacity in the Availability Zone you requested.");
        }

        if (chosen is null)
        {
            // Spread: by how many there are.
            var free = Ec2Catalogue.Zones.Where(one => !options.FullZones.ContainsKey(one)).ToArray();
            zone = free[park.Alive.Count % free.Length];
        }
    }

    // The zone is no part of it: a token is of one zone.
    private static string Asked(AwsForm form) => string.Join(
        '&', form.Fields.Where(field => field.Key is not ("ClientToken" or "Version" or "DryRun"))
            .Select(field => $"{field.Key}={field.Value}"));

    [GeneratedRegex(@"^[0-9a-zA-Z\-_+=,.@:]{1,255}$")]
    private static partial Regex ReadableKey();

    [GeneratedRegex(@"^ami-[0-9a-f]{8}([0-9a-f]{9})?$")]
    private static partial Regex ImageForm();
}
