using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.Azure.Tokens;

namespace Muster.Clouds.Azure.Wire;

/// <summary>A page of a list.</summary>
internal sealed record ArmPage<T>(ImmutableArray<T?>? Value);

/// <summary>Where the next page of whatever list begins.</summary>
internal sealed record ArmNext(string? NextLink);

/// <summary>What is said of a refusal; some of Azure's services leave the frame away.</summary>
internal sealed record ArmErrorAnswer(ArmError? Error)
{
    public string? Code { get; init; }

    public string? Message { get; init; }
}

/// <summary>A refusal.</summary>
internal sealed record ArmError(string? Code, string? Message)
{
    public string? Target { get; init; }

    public ImmutableArray<ArmError?>? Details { get; init; }
}

/// <summary>How far a long-running operation is: <c>InProgress</c>, <c>Succeeded</c>, <c>Failed</c>, <c>Canceled</c>.</summary>
internal sealed record ArmOperation(string? Status, ArmError? Error);

/// <summary>A subscription.</summary>
internal sealed record Subscription(string? DisplayName, string? State);

/// <summary>A resource group, or any other resource of which only this counts.</summary>
internal sealed record ResourceGroup(string? Location);

/// <summary>A place where there may be zones.</summary>
internal sealed record ArmLocation(string? Name)
{
    public ImmutableArray<ZoneMapping>? AvailabilityZoneMappings { get; init; }
}

/// <summary>A zone, as this subscription calls it.</summary>
internal sealed record ZoneMapping(string? LogicalZone);

/// <summary>How much of a limit is used.</summary>
internal sealed record ComputeUsage(long CurrentValue, long Limit, UsageName? Name);

/// <summary>What is limited.</summary>
internal sealed record UsageName(string? Value, string? LocalizedValue);

/// <summary>What a caller may do.</summary>
internal sealed record ArmPermission(ImmutableArray<string>? Actions, ImmutableArray<string>? NotActions);

/// <summary>A lock of a scope.</summary>
internal sealed record ManagementLock(string? Id);

/// <summary>A thing that can be bought somewhere.</summary>
internal sealed record ComputeSku(string? Name, string? ResourceType)
{
    public ImmutableArray<SkuLocation>? LocationInfo { get; init; }

    public ImmutableArray<SkuRestriction>? Restrictions { get; init; }
}

/// <summary>In which zones it is.</summary>
internal sealed record SkuLocation(string? Location, ImmutableArray<string>? Zones);

/// <summary>Where this subscription cannot have it.</summary>
internal sealed record SkuRestriction(string? Type, string? ReasonCode, RestrictionInfo? RestrictionInfo);

/// <summary>In which zones.</summary>
internal sealed record RestrictionInfo(ImmutableArray<string>? Zones);

/// <summary>A network interface.</summary>
internal sealed record NetworkInterface
{
    public string? Id { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public NetworkInterfaceProperties? Properties { get; init; }
}

/// <summary>Whose it is, and its addresses.</summary>
internal sealed record NetworkInterfaceProperties
{
    public bool? Primary { get; init; }

    public SubResource? VirtualMachine { get; init; }

    public SubResource? NetworkSecurityGroup { get; init; }

    public ImmutableArray<NetworkInterfaceIp>? IpConfigurations { get; init; }
}

/// <summary>An address of it.</summary>
internal sealed record NetworkInterfaceIp(NetworkInterfaceIpProperties? Properties);

/// <summary>The address.</summary>
internal sealed record NetworkInterfaceIpProperties
{
    public string? PrivateIPAddress { get; init; }

    public SubResource? Subnet { get; init; }

    public SubResource? PublicIPAddress { get; init; }
}

/// <summary>A public address, or a disk: what may be left over.</summary>
internal sealed record ArmPart
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? ManagedBy { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public ArmPartProperties? Properties { get; init; }
}

/// <summary>Whose it is.</summary>
internal sealed record ArmPartProperties
{
    public SubResource? VirtualMachine { get; init; }

    public SubResource? IpConfiguration { get; init; }

    public string? IpAddress { get; init; }

    public DateTimeOffset? TimeCreated { get; init; }
}

/// <summary>A token, as Entra, the metadata service and App Service give it.</summary>
internal sealed record TokenAnswer
{
    [System.Text.Json.Serialization.JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    /// <summary>Seconds; a number, or digits in a text.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("expires_in")]
    public JsonElement? ExpiresIn { get; init; }

    /// <summary>Unix time; a number, or digits in a text.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("expires_on")]
    public JsonElement? ExpiresOn { get; init; }
}

/// <summary>Why there is none.</summary>
internal sealed record TokenRefusal
{
    public string? Error { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("error_description")]
    public string? Description { get; init; }
}

/// <summary>What a token says of its owner.</summary>
internal sealed record TokenClaims
{
    public string? Tid { get; init; }

    public string? Appid { get; init; }

    public string? Azp { get; init; }

    public string? Oid { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("xms_mirid")]
    public string? ManagedIdentity { get; init; }
}

/// <summary>The head of a signed assertion.</summary>
internal sealed record AssertionHead(string Alg, string Typ)
{
    [System.Text.Json.Serialization.JsonPropertyName("x5t#S256")]
    public required string Thumbprint { get; init; }
}

/// <summary>What is asserted.</summary>
internal sealed record Assertion(string Aud, string Iss, string Sub, string Jti, long Nbf, long Exp);
