using Muster.Clouds.Ec2.Credentials;

namespace Muster.Clouds.Ec2;

/// <summary>How an EC2 cloud is set up.</summary>
internal sealed record Ec2CloudOptions
{
    /// <summary>What templates call it.</summary>
    public required string Cloud { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>Where EC2 answers.</summary>
    public required Uri Url { get; init; }

    /// <summary>Whether that is the region's usual address.</summary>
    public required bool IsUsualUrl { get; init; }

    /// <summary>Where STS answers.</summary>
    public required Uri StsUrl { get; init; }

    /// <summary>Where Service Quotas answers.</summary>
    public required Uri QuotasUrl { get; init; }

    /// <summary>Where Elastic Load Balancing answers.</summary>
    public required Uri BalancingUrl { get; init; }

    /// <summary>Amazon's price list on this machine; null where there is none.</summary>
    public string? PriceList { get; init; }

    /// <summary>The operating system whose prices count.</summary>
    public string PriceSystem { get; init; } = "Linux";

    /// <summary>The queue in which events arrive; null where there is none.</summary>
    public Uri? QueueUrl { get; init; }

    /// <summary>Where credentials come from.</summary>
    public required CredentialOptions Credentials { get; init; }

    /// <summary>Instances on a page of a listing.</summary>
    public required int PageSize { get; init; }

    /// <summary>How long one call may take.</summary>
    public required TimeSpan Timeout { get; init; }
}
