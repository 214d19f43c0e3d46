using System.Collections.Immutable;

namespace Muster.Clouds.Ec2.Templates;

/// <summary>What a template means to EC2, before anybody is asked.</summary>
internal sealed record Ec2Spec
{
    /// <summary>What is booted.</summary>
    public required ImageChoice Image { get; init; }

    /// <summary>The instance type; null for the launch template's.</summary>
    public string? Type { get; init; }

    /// <summary>The subnets, one of which is taken; empty for the default VPC, or the launch template's.</summary>
    public ImmutableArray<string> Subnets { get; init; } = [];

    /// <summary>The security groups' ids.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>The key pair.</summary>
    public string? KeyName { get; init; }

    /// <summary>The instance profile: a name or an ARN.</summary>
    public string? Profile { get; init; }

    /// <summary>Disks.</summary>
    public ImmutableArray<BlockDevice> Devices { get; init; } = [];

    /// <summary>The launch template that it all stands on; null for none.</summary>
    public LaunchTemplateChoice? Base { get; init; }

    /// <summary>
    /// Whether the metadata service wants tokens (IMDSv2): <c>required</c> or <c>optional</c>; null for the launch template's.
    /// </summary>
    public string? HttpTokens { get; init; }

    /// <summary>How many hops its answers go; null for EC2's default.</summary>
    public int? HopLimit { get; init; }

    /// <summary>The most an hour of a spot instance may cost, in dollars; null for the price of others.</summary>
    public string? SpotMaxPrice { get; init; }

    /// <summary>Whether it gets a public address; null for the subnet's default.</summary>
    public bool? PublicAddress { get; init; }

    /// <summary>Whether it is watched each minute; null for EC2's default.</summary>
    public bool? Monitoring { get; init; }

    /// <summary>Whether it can be hibernated; null for the launch template's.</summary>
    public bool? Hibernation { get; init; }

    /// <summary><c>standard</c> or <c>unlimited</c>; null for the type's default.</summary>
    public string? CpuCredits { get; init; }

    /// <summary><c>default</c> or <c>dedicated</c>.</summary>
    public string? Tenancy { get; init; }

    /// <summary>A placement group's name.</summary>
    public string? PlacementGroup { get; init; }

    /// <summary>User data as base64; null for none.</summary>
    public string? UserData { get; init; }

    /// <summary>The template's metadata, as tags.</summary>
    public required ImmutableSortedDictionary<string, string> MetadataTags { get; init; }
}

/// <summary>A launch template and which of its versions.</summary>
/// <param name="Id">Its id; null where it is named.</param>
/// <param name="Name">Its name; null where its id is given.</param>
/// <param name="Version">A number, <c>$Default</c> or <c>$Latest</c>.</param>
internal sealed record LaunchTemplateChoice(string? Id, string? Name, string Version);

/// <summary>A disk.</summary>
/// <param name="Device">Its name: <c>/dev/xvda</c>.</param>
/// <param name="Settings">What it is like, by EC2's own words: <c>VolumeSize</c>.</param>
internal sealed record BlockDevice(string Device, ImmutableSortedDictionary<string, string> Settings);
