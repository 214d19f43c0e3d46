using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Azure.Tokens;

namespace Muster.Clouds.Azure.Api;

/// <summary>Which addresses of instances are looked up.</summary>
internal enum ShownAddresses
{
    /// <summary>Those of their network interfaces: a list more for each listing.</summary>
    Private,

    /// <summary>Public ones before these: two lists more.</summary>
    Public,

    /// <summary>None.</summary>
    None,
}

/// <summary>How an Azure cloud is set up.</summary>
internal sealed record AzureCloudOptions
{
    /// <summary>What templates call the cloud.</summary>
    public required string Cloud { get; init; }

    /// <summary>Azure Resource Manager's address.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The subscription's id.</summary>
    public required string Subscription { get; init; }

    /// <summary>The resource group where all instances are.</summary>
    public required string ResourceGroup { get; init; }

    /// <summary>The region: <c>westeurope</c>.</summary>
    public required string Location { get; init; }

    /// <summary>How to come by tokens.</summary>
    public required TokenOptions Tokens { get; init; }

    /// <summary>What is trusted in place of the system's authorities; null for those.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The key of templates that name none; null for none.</summary>
    public string? SshPublicKey { get; init; }

    /// <summary>Which addresses are looked up.</summary>
    public ShownAddresses Addresses { get; init; }

    /// <summary>How long a launch follows its operation; zero for not at all.</summary>
    public TimeSpan LaunchWait { get; init; }

    /// <summary>How long one call may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>/subscriptions/ID</c></summary>
    public string SubscriptionScope => $"/subscriptions/{Subscription}";

    /// <summary><c>/subscriptions/ID/resourceGroups/NAME</c></summary>
    public string GroupScope => $"{SubscriptionScope}/resourceGroups/{ResourceGroup}";
}
