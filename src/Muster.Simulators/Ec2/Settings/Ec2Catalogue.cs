using System.Collections.Immutable;

namespace Muster.Simulators.Ec2.Settings;

/// <summary>What there is in the simulated region.</summary>
public static class Ec2Catalogue
{
    /// <summary>The region.</summary>
    public const string Region = "eu-central-1";

    /// <summary>The account.</summary>
    public const string Account = "123456789012";

    /// <summary>An image that can be launched.</summary>
    public const string Image = "ami-0abcdef1234567890";

    /// <summary>An older image of the same name but for its date.</summary>
    public const string OldImage = "ami-0abcdef1234567001";

    /// <summary>A parameter that names <see cref="Image"/>.</summary>
    public const string Parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

    /// <summary>An instance type.</summary>
    public const string Type = "t3.micro";

    /// <summary>The VPC.</summary>
    public const string Vpc = "vpc-0123456789abcdef0";

    /// <summary>A security group.</summary>
    public const string Group = "sg-0123456789abcdef0";

    /// <summary>A key pair.</summary>
    public const string KeyName = "demo";

    /// <summary>A launch template, with image and type.</summary>
    public const string LaunchTemplate = "machine";

    /// <summary>Its id.</summary>
    public const string LaunchTemplateId = "lt-0123456789abcdef0";

    internal const int VcpusOfEach = 2;

    /// <summary>The zones.</summary>
    public static ImmutableArray<string> Zones { get; } = [$"{Region}a", $"{Region}b", $"{Region}c"];

    /// <summary>A subnet in each zone, in their order.</summary>
    public static ImmutableArray<string> Subnets { get; } = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb",
        "subnet-0cccccccccccccccc"];

    internal static ImmutableArray<string> Types { get; } =
        ["m7g.large", "m7i.large", "t3.large", "t3.medium", "t3.micro", "t3.nano", "t3.small", "t4g.micro"];

    internal static ImmutableArray<(string Id, string Name, string Created, string State)> Images { get; } =
    [
        (Image, "al2023-ami-2023.6.20250115.0-kernel-6.1-x86_64", "2025-01-15T10:00:00.000Z", "available"),
        (OldImage, "al2023-ami-2023.5.20240805.0-kernel-6.1-x86_64", "2024-08-05T10:00:00.000Z", "available"),
    ];

    internal static string? ZoneOf(string subnet) => Subnets.IndexOf(subnet) is >= 0 and var index ? Zones[index] : null;

    internal static string SubnetOf(string zone) => Subnets[Zones.IndexOf(zone)];
}
