using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Ec2.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Ec2.Templates;

/// <summary>What RunInstances is asked: one instance, with its tags on all that is made for it.</summary>
internal static class LaunchForm
{
    /// <summary>Fills it in.</summary>
    /// <param name="form">The call.</param>
    /// <param name="spec">What the template means.</param>
    /// <param name="image">The image as EC2 takes it; null for the launch template's.</param>
    /// <param name="subnet">The subnet; null for EC2's choice.</param>
    /// <param name="zone">The zone, where there is no subnet; null for EC2's choice.</param>
    /// <param name="isSpot">Whether it is interruptible.</param>
    public static QueryForm Fill(QueryForm form, Ec2Spec spec, string? image, string? subnet, string? zone, bool isSpot)
    {
        form.Add("MinCount", 1).Add("MaxCount", 1)
            .Add("ImageId", image)
            .Add("InstanceType", spec.Type)
            .Add("KeyName", spec.KeyName)
            .Add(IsArn(spec.Profile) ? "IamInstanceProfile.Arn" : "IamInstanceProfile.Name", spec.Profile)
            .Add("LaunchTemplate.LaunchTemplateId", spec.Base?.Id)
            .Add("LaunchTemplate.LaunchTemplateName", spec.Base?.Name)
            .Add("LaunchTemplate.Version", spec.Base?.Version)
            .Add("MetadataOptions.HttpTokens", spec.HttpTokens)
            .Add("MetadataOptions.HttpPutResponseHopLimit", spec.HopLimit)
            .Add("MetadataOptions.InstanceMetadataTags", spec.MetadataTags.IsEmpty ? null : "enabled")
            .Add("Monitoring.Enabled", spec.Monitoring)
            .Add("HibernationOptions.Configured", spec.Hibernation)
            .Add("CreditSpecification.CpuCredits", spec.CpuCredits)
            .Add("Placement.Tenancy", spec.Tenancy)
            .Add("Placement.GroupName", spec.PlacementGroup)
            .Add("Placement.AvailabilityZone", subnet is null ? zone : null)
            .Add("UserData", spec.UserData);
        Network(form, spec, subnet);
        foreach (var (device, number) in spec.Devices.Select((device, index) => (device, index + 1)))
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"BlockDeviceMapping.{number}");
            form.Add($"{prefix}.DeviceName", device.Device).Add($"{prefix}.Ebs.DeleteOnTermination", true);
            foreach (var (key, value) in device.Settings)
            {
                form.Add($"{prefix}.Ebs.{key}", value);
            }
        }

        return isSpot
            ? form.Add("InstanceMarketOptions.MarketType", "spot")
                // One that is to come back by itself would be replaced and come back.
                .Add("InstanceMarketOptions.SpotOptions.SpotInstanceType", "one-time")
                .Add("InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior", "terminate")
                .Add("InstanceMarketOptions.SpotOptions.MaxPrice", spec.SpotMaxPrice)
            : form;
    }

    /// <summary>
    /// Adds what makes it one launch, and ours: the token, and tags on the instance, its disks and its network interfaces.
    /// </summary>
    public static QueryForm Mark(QueryForm form, LaunchRequest request, Ec2Spec spec)
    {
        form.Add("ClientToken", request.Launch.ToString());
        var tags = Ec2Tags.Write(request.Name, request.Tags, spec.MetadataTags);
        ImmutableArray<string> marked = request.IsInterruptible
            ? ["instance", "volume", "network-interface", "spot-instances-request"]
            : ["instance", "volume", "network-interface"];
        foreach (var (resource, number) in marked.Select((resource, index) => (resource, index + 1)))
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"TagSpecification.{number}");
            form.Add($"{prefix}.ResourceType", resource);
            foreach (var (tag, index) in tags.Select((tag, index) => (tag, index + 1)))
            {
                var entry = string.Create(CultureInfo.InvariantCulture, $"{prefix}.Tag.{index}");
                form.Add($"{entry}.Key", tag.Key).Add($"{entry}.Value", tag.Value);
            }
        }

        return form;
    }

    private static bool IsArn(string? profile) => profile?.StartsWith("arn:", StringComparison.Ordinal) is true;

    // Whether there is a public address can be said of a network interface alone, and then all of the network is said there.
    private static void Network(QueryForm form, Ec2Spec spec, string? subnet)
    {
        if (spec.PublicAddress is not { } isPublic)
        {
            form.Add("SubnetId", subnet).AddAll("SecurityGroupId", spec.Groups);
            return;
        }

        form.Add("NetworkInterface.1.DeviceIndex", 0)
            .Add("NetworkInterface.1.AssociatePublicIpAddress", isPublic)
            .Add("NetworkInterface.1.DeleteOnTermination", true)
            .Add("NetworkInterface.1.SubnetId", subnet)
            .AddAll("NetworkInterface.1.SecurityGroupId", spec.Groups);
    }
}
