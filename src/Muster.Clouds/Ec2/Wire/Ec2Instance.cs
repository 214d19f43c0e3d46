using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Clouds.Ec2.Wire;

/// <summary>An instance, as DescribeInstances and RunInstances tell it.</summary>
internal sealed record Ec2Instance
{
    /// <summary>Its id: <c>i-...</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Its state, in EC2's word.</summary>
    public required string State { get; init; }

    /// <summary>Why it is in that state; null where EC2 does not tell.</summary>
    public string? StateReason { get; init; }

    /// <summary>The code of that: <c>Client.UserInitiatedShutdown</c>; null where EC2 does not tell.</summary>
    public string? StateReasonCode { get; init; }

    /// <summary>When it was launched.</summary>
    public required DateTimeOffset LaunchTime { get; init; }

    /// <summary>Its availability zone.</summary>
    public string? Zone { get; init; }

    /// <summary>Its AMI.</summary>
    public string? Image { get; init; }

    /// <summary>Its type.</summary>
    public string? Type { get; init; }

    /// <summary>Its subnet.</summary>
    public string? Subnet { get; init; }

    /// <summary>Its VPC.</summary>
    public string? Vpc { get; init; }

    /// <summary>Its key pair.</summary>
    public string? KeyName { get; init; }

    /// <summary>The ARN of its instance profile.</summary>
    public string? Profile { get; init; }

    /// <summary><c>spot</c>, or null.</summary>
    public string? Lifecycle { get; init; }

    /// <summary>Its spot request.</summary>
    public string? SpotRequest { get; init; }

    /// <summary>What of its metadata service is asked for.</summary>
    public string? HttpTokens { get; init; }

    /// <summary>Its public addresses, and then its private ones.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>Its security groups' ids.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>Its tags, as they are.</summary>
    public required ImmutableSortedDictionary<string, string> Tags { get; init; }

    /// <returns>It, or what is wrong with it.</returns>
    public static (Ec2Instance? Good, string? Flaw) Read(AnswerNode node)
    {
        var id = node.TextOf("instanceId");
        var state = node["instanceState"]?.TextOf("name");
        if (id is null)
        {
            return (null, "instanceId is missing");
        }

        if (state is null)
        {
            return (null, "instanceState is missing");
        }

        if (!DateTimeOffset.TryParse(
            node.TextOf("launchTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var launched))
        {
            return (null, "launchTime is no time");
        }

        var reason = node["stateReason"];
        var reasons = new[] { reason?.TextOf("message"), node.TextOf("reason") };
        return (new()
        {
            Id = id,
            State = state,
            StateReason = reasons.FirstOrDefault(text => text is not null),
            StateReasonCode = reason?.TextOf("code"),
            LaunchTime = launched,
            Zone = node["placement"]?.TextOf("availabilityZone"),
            Image = node.TextOf("imageId"),
            Type = node.TextOf("instanceType"),
            Subnet = node.TextOf("subnetId"),
            Vpc = node.TextOf("vpcId"),
            KeyName = node.TextOf("keyName"),
            Profile = node["iamInstanceProfile"]?.TextOf("arn"),
            Lifecycle = node.TextOf("instanceLifecycle"),
            SpotRequest = node.TextOf("spotInstanceRequestId"),
            HttpTokens = node["metadataOptions"]?.TextOf("httpTokens"),
            Addresses = AddressesOf(node),
            Groups = [.. node.Items("groupSet").Select(group => group.TextOf("groupId")).OfType<string>()],
            Tags = TagsOf(node),
        }, null);
    }

    /// <summary>The tags of anything that has some.</summary>
    public static ImmutableSortedDictionary<string, string> TagsOf(AnswerNode node)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var tag in node.Items("tagSet"))
        {
            if (tag.TextOf("key") is { } key)
            {
                tags[key] = tag.TextOf("value") ?? "";
            }
        }

        return tags.ToImmutable();
    }

    private static ImmutableArray<string> AddressesOf(AnswerNode node)
    {
        var interfaces = node.Items("networkInterfaceSet").ToArray();
        var sixth = interfaces.SelectMany(one => one.Items("ipv6AddressesSet")).Select(one => one.TextOf("ipv6Address"));
        return
        [
            .. new[] { node.TextOf("ipAddress") }.Concat(sixth)
                .Append(node.TextOf("privateIpAddress"))
                .Concat(interfaces.Select(one => one.TextOf("privateIpAddress")))
                .OfType<string>().Distinct(),
        ];
    }
}
