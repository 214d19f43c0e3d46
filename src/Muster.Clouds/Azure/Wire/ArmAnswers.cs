using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

using Muster.Clouds.Azure.Tokens;
using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Azure.Wire;

/// <summary>A page of a list.</summary>
internal sealed record ArmPage<T>(ImmutableArray<T?>? Value);

/// <summary>Where the next page of whatever list begins.</summary>
internal sealed record ArmNext(string? NextLink)
{
    public static ArmNext Of(JsonFields of) => new(of.Text("nextLink"));
}

/// <summary>What is said of a refusal; some of Azure's services leave the frame away.</summary>
internal sealed record ArmErrorAnswer(ArmError? Error)
{
    public string? Code { get; init; }

    public string? Message { get; init; }

    public static ArmErrorAnswer Of(JsonFields of) => new(of.Object("error", ArmError.Of))
    {
        Code = of.Text("code"),
        Message = of.Text("message"),
    };
}

/// <summary>A refusal.</summary>
internal sealed record ArmError(string? Code, string? Message)
{
    public string? Target { get; init; }

    public ImmutableArray<ArmError>? Details { get; init; }

    public static ArmError Of(JsonFields of) => new(of.Text("code"), of.Text("message"))
    {
        Target = of.Text("target"),
        Details = of.List("details", ArmError.Of),
    };
}

/// <summary>How far a long-running operation is: <c>InProgress</c>, <c>Succeeded</c>, <c>Failed</c>, <c>Canceled</c>.</summary>
internal sealed record ArmOperation(string? Status, ArmError? Error)
{
    public static ArmOperation Of(JsonFields of) => new(of.Text("status"), of.Object("error", ArmError.Of));
}

/// <summary>A subscription.</summary>
internal sealed record Subscription(string? DisplayName, string? State)
{
    public static Subscription Of(JsonFields of) => new(of.Text("displayName"), of.Text("state"));
}

/// <summary>A resource group, or any other resource of which only this counts.</summary>
internal sealed record ResourceGroup(string? Location)
{
    public static ResourceGroup Of(JsonFields of) => new(of.Text("location"));
}

/// <summary>A place where there may be zones.</summary>
internal sealed record ArmLocation(string? Name)
{
    public ImmutableArray<ZoneMapping>? AvailabilityZoneMappings { get; init; }

    public static ArmLocation Of(JsonFields of) => new(of.Text("name"))
    {
        AvailabilityZoneMappings = of.List("availabilityZoneMappings", ZoneMapping.Of),
    };
}

/// <summary>A zone, as this subscription calls it.</summary>
internal sealed record ZoneMapping(string? LogicalZone)
{
    public static ZoneMapping Of(JsonFields of) => new(of.Text("logicalZone"));
}

/// <summary>How much of a limit is used.</summary>
internal sealed record ComputeUsage(long CurrentValue, long Limit, UsageName? Name)
{
    public static ComputeUsage Of(JsonFields of) => new(
        of.Number("currentValue") ?? default, of.Number("limit") ?? default, of.Object("name", UsageName.Of));
}

/// <summary>What is limited.</summary>
internal sealed record UsageName(string? Value, string? LocalizedValue)
{
    public static UsageName Of(JsonFields of) => new(of.Text("value"), of.Text("localizedValue"));
}

/// <summary>What a caller may do.</summary>
internal sealed record ArmPermission(ImmutableArray<string>? Actions, ImmutableArray<string>? NotActions)
{
    public static ArmPermission Of(JsonFields of) => new(
        of.Texts("actions")?.ToImmutableArray(),
        of.Texts("notActions")?.ToImmutableArray());
}

/// <summary>A lock of a scope.</summary>
internal sealed record ManagementLock(string? Id)
{
    public static ManagementLock Of(JsonFields of) => new(of.Text("id"));
}

/// <summary>A thing that can be bought somewhere.</summary>
internal sealed record ComputeSku(string? Name, string? ResourceType)
{
    public ImmutableArray<SkuLocation>? LocationInfo { get; init; }

    public ImmutableArray<SkuRestriction>? Restrictions { get; init; }

    public static ComputeSku Of(JsonFields of) => new(of.Text("name"), of.Text("resourceType"))
    {
        LocationInfo = of.List("locationInfo", SkuLocation.Of),
        Restrictions = of.List("restrictions", SkuRestriction.Of),
    };
}

/// <summary>In which zones it is.</summary>
internal sealed record SkuLocation(string? Location, ImmutableArray<string>? Zones)
{
    public static SkuLocation Of(JsonFields of) => new(
        of.Text("location"), of.Texts("zones")?.ToImmutableArray());
}

/// <summary>Where this subscription cannot have it.</summary>
internal sealed record SkuRestriction(string? Type, string? ReasonCode, RestrictionInfo? RestrictionInfo)
{
    public static SkuRestriction Of(JsonFields of) => new(
        of.Text("type"), of.Text("reasonCode"), of.Object("restrictionInfo", RestrictionInfo.Of));
}

/// <summary>In which zones.</summary>
internal sealed record RestrictionInfo(ImmutableArray<string>? Zones)
{
    public static RestrictionInfo Of(JsonFields of) => new(of.Texts("zones")?.ToImmutableArray());
}

/// <summary>A network interface.</summary>
internal sealed record NetworkInterface
{
    public string? Id { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public NetworkInterfaceProperties? Properties { get; init; }

    public static NetworkInterface Of(JsonFields of) => new()
    {
        Id = of.Text("id"),
        Tags = of.TextMap("tags"),
        Properties = of.Object("properties", NetworkInterfaceProperties.Of),
    };
}

/// <summary>Whose it is, and its addresses.</summary>
internal sealed record NetworkInterfaceProperties
{
    public bool? Primary { get; init; }

    public SubResource? VirtualMachine { get; init; }

    public SubResource? NetworkSecurityGroup { get; init; }

    public ImmutableArray<NetworkInterfaceIp>? IpConfigurations { get; init; }

    public static NetworkInterfaceProperties Of(JsonFields of) => new()
    {
        Primary = of.Flag("primary"),
        VirtualMachine = of.Object("virtualMachine", SubResource.Of),
        NetworkSecurityGroup = of.Object("networkSecurityGroup", SubResource.Of),
        IpConfigurations = of.List("ipConfigurations", NetworkInterfaceIp.Of),
    };
}

/// <summary>An address of it.</summary>
internal sealed record NetworkInterfaceIp(NetworkInterfaceIpProperties? Properties)
{
    public static NetworkInterfaceIp Of(JsonFields of) => new(of.Object("properties", NetworkInterfaceIpProperties.Of));
}

/// <summary>The address.</summary>
internal sealed record NetworkInterfaceIpProperties
{
    public string? PrivateIPAddress { get; init; }

    public SubResource? Subnet { get; init; }

    public SubResource? PublicIPAddress { get; init; }

    public static NetworkInterfaceIpProperties Of(JsonFields of) => new()
    {
        PrivateIPAddress = of.Text("privateIPAddress"),
        Subnet = of.Object("subnet", SubResource.Of),
        PublicIPAddress = of.Object("publicIPAddress", SubResource.Of),
    };
}

/// <summary>A public address, or a disk: what may be left over.</summary>
internal sealed record ArmPart
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? ManagedBy { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public ArmPartProperties? Properties { get; init; }

    public static ArmPart Of(JsonFields of) => new()
    {
        Id = of.Text("id"),
        Name = of.Text("name"),
        ManagedBy = of.Text("managedBy"),
        Tags = of.TextMap("tags"),
        Properties = of.Object("properties", ArmPartProperties.Of),
    };
}

/// <summary>Whose it is.</summary>
internal sealed record ArmPartProperties
{
    public SubResource? VirtualMachine { get; init; }

    public SubResource? IpConfiguration { get; init; }

    public string? IpAddress { get; init; }

    public DateTimeOffset? TimeCreated { get; init; }

    public static ArmPartProperties Of(JsonFields of) => new()
    {
        VirtualMachine = of.Object("virtualMachine", SubResource.Of),
        IpConfiguration = of.Object("ipConfiguration", SubResource.Of),
        IpAddress = of.Text("ipAddress"),
        TimeCreated = of.Time("timeCreated"),
    };
}

/// <summary>A token, as Entra, the metadata service and App Service give it.</summary>
internal sealed record TokenAnswer
{
    public string? AccessToken { get; init; }

    /// <summary>Seconds; a number, or digits in a text.</summary>
    public JsonElement? ExpiresIn { get; init; }

    /// <summary>Unix time; a number, or digits in a text.</summary>
    public JsonElement? ExpiresOn { get; init; }

    public static TokenAnswer Of(JsonFields of) => new()
    {
        AccessToken = of.Text("access_token"),
        ExpiresIn = of.Any("expires_in"),
        ExpiresOn = of.Any("expires_on"),
    };
}

/// <summary>Why there is none.</summary>
internal sealed record TokenRefusal
{
    public string? Error { get; init; }

    public string? Description { get; init; }

    public static TokenRefusal Of(JsonFields of) => new()
    {
        Error = of.Text("error"),
        Description = of.Text("error_description"),
    };
}

/// <summary>What a token says of its owner.</summary>
internal sealed record TokenClaims
{
    public string? Tid { get; init; }

    public string? Appid { get; init; }

    public string? Azp { get; init; }

    public string? Oid { get; init; }

    public string? ManagedIdentity { get; init; }

    public static TokenClaims Of(JsonFields of) => new()
    {
        Tid = of.Text("tid"),
        Appid = of.Text("appid"),
        Azp = of.Text("azp"),
        Oid = of.Text("oid"),
        ManagedIdentity = of.Text("xms_mirid"),
    };
}

/// <summary>The head of a signed assertion.</summary>
internal sealed record AssertionHead(string Alg, string Typ)
{
    public required string Thumbprint { get; init; }

    public JsonObject ToJson() => new JsonBody()
        .Add("alg", Alg)
        .Add("typ", Typ)
        .Add("x5t#S256", Thumbprint)
        .Object;
}

/// <summary>What is asserted.</summary>
internal sealed record Assertion(string Aud, string Iss, string Sub, string Jti, long Nbf, long Exp)
{
    public JsonObject ToJson() => new JsonBody()
        .Add("aud", Aud)
        .Add("iss", Iss)
        .Add("sub", Sub)
        .Add("jti", Jti)
        .Add("nbf", Nbf)
        .Add("exp", Exp)
        .Object;
}
