using System.Collections.Immutable;
using System.Text.Json.Nodes;

using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Azure.Wire;

/// <summary>A virtual machine, as Azure takes and shows it: Microsoft.Compute/virtualMachines, version 2025-04-01.</summary>
internal sealed record VirtualMachine
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Location { get; init; }

    public ImmutableArray<string>? Zones { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public VmIdentity? Identity { get; init; }

    public VmPlan? Plan { get; init; }

    public VmProperties? Properties { get; init; }

    public static VirtualMachine Of(JsonFields of) => new()
    {
        Id = of.Text("id"),
        Name = of.Text("name"),
        Location = of.Text("location"),
        Zones = of.Texts("zones")?.ToImmutableArray(),
        Tags = of.TextMap("tags"),
        Identity = of.Object("identity", VmIdentity.Of),
        Plan = of.Object("plan", VmPlan.Of),
        Properties = of.Object("properties", VmProperties.Of),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("id", Id)
        .Add("name", Name)
        .Add("location", Location)
        .Add("zones", Zones)
        .Add("tags", Tags)
        .Add("identity", Identity?.ToJson())
        .Add("plan", Plan?.ToJson())
        .Add("properties", Properties?.ToJson())
        .Object;
}

/// <summary>Which identities it has.</summary>
internal sealed record VmIdentity(string Type)
{
    public IReadOnlyDictionary<string, EmptyObject>? UserAssignedIdentities { get; init; }

    public static VmIdentity Of(JsonFields of) => new(of.Text("type")!)
    {
        UserAssignedIdentities = of.Map("userAssignedIdentities", EmptyObject.Of),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("type", Type)
        .Add("userAssignedIdentities", UserAssignedIdentities?.Select(one => KeyValuePair.Create(one.Key, new JsonObject())))
        .Object;
}

/// <summary>What is bought with an image of the marketplace.</summary>
internal sealed record VmPlan(string Name, string Publisher, string Product)
{
    public static VmPlan Of(JsonFields of) => new(of.Text("name")!, of.Text("publisher")!, of.Text("product")!);

    public JsonObject ToJson() => new JsonBody()
        .Add("name", Name)
        .Add("publisher", Publisher)
        .Add("product", Product)
        .Object;
}

/// <summary>All of it that is not of every resource.</summary>
internal sealed record VmProperties
{
    public string? VmId { get; init; }

    public string? ProvisioningState { get; init; }

    public DateTimeOffset? TimeCreated { get; init; }

    public HardwareProfile? HardwareProfile { get; init; }

    public StorageProfile? StorageProfile { get; init; }

    public OsProfile? OsProfile { get; init; }

    public NetworkProfile? NetworkProfile { get; init; }

    public string? Priority { get; init; }

    public string? EvictionPolicy { get; init; }

    public BillingProfile? BillingProfile { get; init; }

    public string? UserData { get; init; }

    public InstanceView? InstanceView { get; init; }

    public static VmProperties Of(JsonFields of) => new()
    {
        VmId = of.Text("vmId"),
        ProvisioningState = of.Text("provisioningState"),
        TimeCreated = of.Time("timeCreated"),
        HardwareProfile = of.Object("hardwareProfile", HardwareProfile.Of),
        StorageProfile = of.Object("storageProfile", StorageProfile.Of),
        OsProfile = of.Object("osProfile", OsProfile.Of),
        NetworkProfile = of.Object("networkProfile", NetworkProfile.Of),
        Priority = of.Text("priority"),
        EvictionPolicy = of.Text("evictionPolicy"),
        BillingProfile = of.Object("billingProfile", BillingProfile.Of),
        UserData = of.Text("userData"),
        InstanceView = of.Object("instanceView", InstanceView.Of),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("vmId", VmId)
        .Add("provisioningState", ProvisioningState)
        .Add("hardwareProfile", HardwareProfile?.ToJson())
        .Add("storageProfile", StorageProfile?.ToJson())
        .Add("osProfile", OsProfile?.ToJson())
        .Add("networkProfile", NetworkProfile?.ToJson())
        .Add("priority", Priority)
        .Add("evictionPolicy", EvictionPolicy)
        .Add("billingProfile", BillingProfile?.ToJson())
        .Add("userData", UserData)
        .Object;
}

/// <summary>Its size.</summary>
internal sealed record HardwareProfile(string? VmSize)
{
    public static HardwareProfile Of(JsonFields of) => new(of.Text("vmSize"));

    public JsonObject ToJson() => new JsonBody()
        .Add("vmSize", VmSize)
        .Object;
}

/// <summary>Its image and its disks.</summary>
internal sealed record StorageProfile
{
    public ImageReference? ImageReference { get; init; }

    public OsDisk? OsDisk { get; init; }

    public ImmutableArray<DataDisk>? DataDisks { get; init; }

    public static StorageProfile Of(JsonFields of) => new()
    {
        ImageReference = of.Object("imageReference", ImageReference.Of),
        OsDisk = of.Object("osDisk", OsDisk.Of),
        DataDisks = of.List("dataDisks", DataDisk.Of),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("imageReference", ImageReference?.ToJson())
        .Add("osDisk", OsDisk?.ToJson())
        .Add("dataDisks", DataDisks?.Select(one => one.ToJson()))
        .Object;
}

/// <summary>An image: of the marketplace by four words, or one of the others.</summary>
internal sealed record ImageReference
{
    public string? Publisher { get; init; }

    public string? Offer { get; init; }

    public string? Sku { get; init; }

    public string? Version { get; init; }

    public string? Id { get; init; }

    public string? SharedGalleryImageId { get; init; }

    public string? CommunityGalleryImageId { get; init; }

    public static ImageReference Of(JsonFields of) => new()
    {
        Publisher = of.Text("publisher"),
        Offer = of.Text("offer"),
        Sku = of.Text("sku"),
        Version = of.Text("version"),
        Id = of.Text("id"),
        SharedGalleryImageId = of.Text("sharedGalleryImageId"),
        CommunityGalleryImageId = of.Text("communityGalleryImageId"),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("publisher", Publisher)
        .Add("offer", Offer)
        .Add("sku", Sku)
        .Add("version", Version)
        .Add("id", Id)
        .Add("sharedGalleryImageId", SharedGalleryImageId)
        .Add("communityGalleryImageId", CommunityGalleryImageId)
        .Object;
}

/// <summary>The disk that it boots from.</summary>
internal sealed record OsDisk
{
    public string? Name { get; init; }

    public string? CreateOption { get; init; }

    public string? DeleteOption { get; init; }

    public int? DiskSizeGB { get; init; }

    public ManagedDisk? ManagedDisk { get; init; }

    public static OsDisk Of(JsonFields of) => new()
    {
        Name = of.Text("name"),
        CreateOption = of.Text("createOption"),
        DeleteOption = of.Text("deleteOption"),
        DiskSizeGB = of.Small("diskSizeGB"),
        ManagedDisk = of.Object("managedDisk", ManagedDisk.Of),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("name", Name)
        .Add("createOption", CreateOption)
        .Add("deleteOption", DeleteOption)
        .Add("diskSizeGB", DiskSizeGB)
        .Add("managedDisk", ManagedDisk?.ToJson())
        .Object;
}

/// <summary>A further disk.</summary>
internal sealed record DataDisk
{
    public int? Lun { get; init; }

    public string? CreateOption { get; init; }

    public string? DeleteOption { get; init; }

    public int? DiskSizeGB { get; init; }

    public ManagedDisk? ManagedDisk { get; init; }

    public static DataDisk Of(JsonFields of) => new()
    {
        Lun = of.Small("lun"),
        CreateOption = of.Text("createOption"),
        DeleteOption = of.Text("deleteOption"),
        DiskSizeGB = of.Small("diskSizeGB"),
        ManagedDisk = of.Object("managedDisk", ManagedDisk.Of),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("lun", Lun)
        .Add("createOption", CreateOption)
        .Add("deleteOption", DeleteOption)
        .Add("diskSizeGB", DiskSizeGB)
        .Add("managedDisk", ManagedDisk?.ToJson())
        .Object;
}

/// <summary>What a disk is kept on.</summary>
internal sealed record ManagedDisk
{
    public string? Id { get; init; }

    public string? StorageAccountType { get; init; }

    public static ManagedDisk Of(JsonFields of) => new()
    {
        Id = of.Text("id"),
        StorageAccountType = of.Text("storageAccountType"),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("id", Id)
        .Add("storageAccountType", StorageAccountType)
        .Object;
}

/// <summary>What is set up in it at its first boot.</summary>
internal sealed record OsProfile
{
    public string? ComputerName { get; init; }

    public string? AdminUsername { get; init; }

    public string? CustomData { get; init; }

    public LinuxConfiguration? LinuxConfiguration { get; init; }

    public static OsProfile Of(JsonFields of) => new()
    {
        ComputerName = of.Text("computerName"),
        AdminUsername = of.Text("adminUsername"),
        CustomData = of.Text("customData"),
        LinuxConfiguration = of.Object("linuxConfiguration", LinuxConfiguration.Of),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("computerName", ComputerName)
        .Add("adminUsername", AdminUsername)
        .Add("customData", CustomData)
        .Add("linuxConfiguration", LinuxConfiguration?.ToJson())
        .Object;
}

/// <summary>How a person comes in.</summary>
internal sealed record LinuxConfiguration(bool? DisablePasswordAuthentication, SshConfiguration? Ssh)
{
    public static LinuxConfiguration Of(JsonFields of) => new(
        of.Flag("disablePasswordAuthentication"), of.Object("ssh", SshConfiguration.Of));

    public JsonObject ToJson() => new JsonBody()
        .Add("disablePasswordAuthentication", DisablePasswordAuthentication)
        .Add("ssh", Ssh?.ToJson())
        .Object;
}

/// <summary>Keys.</summary>
internal sealed record SshConfiguration(ImmutableArray<SshPublicKey>? PublicKeys)
{
    public static SshConfiguration Of(JsonFields of) => new(of.List("publicKeys", SshPublicKey.Of));

    public JsonObject ToJson() => new JsonBody()
        .Add("publicKeys", PublicKeys?.Select(one => one.ToJson()))
        .Object;
}

/// <summary>A key, and the file that it goes into.</summary>
internal sealed record SshPublicKey(string? Path, string? KeyData)
{
    public static SshPublicKey Of(JsonFields of) => new(of.Text("path"), of.Text("keyData"));

    public JsonObject ToJson() => new JsonBody()
        .Add("path", Path)
        .Add("keyData", KeyData)
        .Object;
}

/// <summary>What a spot instance may cost.</summary>
internal sealed record BillingProfile(decimal? MaxPrice)
{
    public static BillingProfile Of(JsonFields of) => new(of.Amount("maxPrice"));

    public JsonObject ToJson() => new JsonBody()
        .Add("maxPrice", MaxPrice)
        .Object;
}

/// <summary>Its network interfaces: as they are asked for, or those that it has.</summary>
internal sealed record NetworkProfile
{
    public string? NetworkApiVersion { get; init; }

    public ImmutableArray<NicConfiguration>? NetworkInterfaceConfigurations { get; init; }

    public ImmutableArray<SubResource>? NetworkInterfaces { get; init; }

    public static NetworkProfile Of(JsonFields of) => new()
    {
        NetworkApiVersion = of.Text("networkApiVersion"),
        NetworkInterfaces = of.List("networkInterfaces", SubResource.Of),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("networkApiVersion", NetworkApiVersion)
        .Add("networkInterfaceConfigurations", NetworkInterfaceConfigurations?.Select(one => one.ToJson()))
        .Add("networkInterfaces", NetworkInterfaces?.Select(one => one.ToJson()))
        .Object;
}

/// <summary>A network interface that is made with it.</summary>
internal sealed record NicConfiguration(string Name, NicConfigurationProperties Properties)
{
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public JsonObject ToJson() => new JsonBody()
        .Add("name", Name)
        .Add("properties", Properties.ToJson())
        .Add("tags", Tags)
        .Object;
}

/// <summary>What such an interface is.</summary>
internal sealed record NicConfigurationProperties
{
    public bool? Primary { get; init; }

    public string? DeleteOption { get; init; }

    public SubResource? NetworkSecurityGroup { get; init; }

    public ImmutableArray<NicIpConfiguration> IpConfigurations { get; init; } = [];

    public JsonObject ToJson() => new JsonBody()
        .Add("primary", Primary)
        .Add("deleteOption", DeleteOption)
        .Add("networkSecurityGroup", NetworkSecurityGroup?.ToJson())
        .Add("ipConfigurations", IpConfigurations.Select(one => one.ToJson()))
        .Object;
}

/// <summary>An address of it.</summary>
internal sealed record NicIpConfiguration(string Name, NicIpConfigurationProperties Properties)
{
    public JsonObject ToJson() => new JsonBody()
        .Add("name", Name)
        .Add("properties", Properties.ToJson())
        .Object;
}

/// <summary>Where the address is from.</summary>
internal sealed record NicIpConfigurationProperties
{
    public bool? Primary { get; init; }

    public SubResource? Subnet { get; init; }

    public PublicIpConfiguration? PublicIPAddressConfiguration { get; init; }

    public ImmutableArray<SubResource>? LoadBalancerBackendAddressPools { get; init; }

    public JsonObject ToJson() => new JsonBody()
        .Add("primary", Primary)
        .Add("subnet", Subnet?.ToJson())
        .Add("publicIPAddressConfiguration", PublicIPAddressConfiguration?.ToJson())
        .Add("loadBalancerBackendAddressPools", LoadBalancerBackendAddressPools?.Select(one => one.ToJson()))
        .Object;
}

/// <summary>A public address that is made with it.</summary>
internal sealed record PublicIpConfiguration(string Name, PublicIpSku Sku, PublicIpConfigurationProperties Properties)
{
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public JsonObject ToJson() => new JsonBody()
        .Add("name", Name)
        .Add("sku", Sku.ToJson())
        .Add("properties", Properties.ToJson())
        .Add("tags", Tags)
        .Object;
}

/// <summary>What kind of public address.</summary>
internal sealed record PublicIpSku(string Name)
{
    public JsonObject ToJson() => new JsonBody()
        .Add("name", Name)
        .Object;
}

/// <summary>How it is given out, and that it goes with the machine.</summary>
internal sealed record PublicIpConfigurationProperties(string DeleteOption, string PublicIPAllocationMethod)
{
    public JsonObject ToJson() => new JsonBody()
        .Add("deleteOption", DeleteOption)
        .Add("publicIPAllocationMethod", PublicIPAllocationMethod)
        .Object;
}

/// <summary>What is so now.</summary>
internal sealed record InstanceView(ImmutableArray<InstanceViewStatus>? Statuses)
{
    public static InstanceView Of(JsonFields of) => new(of.List("statuses", InstanceViewStatus.Of));
}

/// <summary>One word of what is so now: <c>PowerState/running</c>.</summary>
internal sealed record InstanceViewStatus(string? Code)
{
    public string? Message { get; init; }

    public static InstanceViewStatus Of(JsonFields of) => new(of.Text("code"))
    {
        Message = of.Text("message"),
    };
}

/// <summary>Another resource, by its id.</summary>
internal sealed record SubResource(string? Id)
{
    public static SubResource Of(JsonFields of) => new(of.Text("id"));

    public JsonObject ToJson() => new JsonBody()
        .Add("id", Id)
        .Object;
}

/// <summary><c>{}</c></summary>
internal sealed record EmptyObject
{
    public static EmptyObject Of(JsonFields of) => new();
}
