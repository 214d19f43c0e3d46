using System.Collections.Immutable;

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
}

/// <summary>Which identities it has.</summary>
internal sealed record VmIdentity(string Type)
{
    public IReadOnlyDictionary<string, EmptyObject>? UserAssignedIdentities { get; init; }
}

/// <summary>What is bought with an image of the marketplace.</summary>
internal sealed record VmPlan(string Name, string Publisher, string Product);

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
}

/// <summary>Its size.</summary>
internal sealed record HardwareProfile(string? VmSize);

/// <summary>Its image and its disks.</summary>
internal sealed record StorageProfile
{
    public ImageReference? ImageReference { get; init; }

    public OsDisk? OsDisk { get; init; }

    public ImmutableArray<DataDisk>? DataDisks { get; init; }
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
}

/// <summary>The disk that it boots from.</summary>
internal sealed record OsDisk
{
    public string? Name { get; init; }

    public string? CreateOption { get; init; }

    public string? DeleteOption { get; init; }

    public int? DiskSizeGB { get; init; }

    public ManagedDisk? ManagedDisk { get; init; }
}

/// <summary>A further disk.</summary>
internal sealed record DataDisk
{
    public int? Lun { get; init; }

    public string? CreateOption { get; init; }

    public string? DeleteOption { get; init; }

    public int? DiskSizeGB { get; init; }

    public ManagedDisk? ManagedDisk { get; init; }
}

/// <summary>What a disk is kept on.</summary>
internal sealed record ManagedDisk
{
    public string? Id { get; init; }

    public string? StorageAccountType { get; init; }
}

/// <summary>What is set up in it at its first boot.</summary>
internal sealed record OsProfile
{
    public string? ComputerName { get; init; }

    public string? AdminUsername { get; init; }

    public string? CustomData { get; init; }

    public LinuxConfiguration? LinuxConfiguration { get; init; }
}

/// <summary>How a person comes in.</summary>
internal sealed record LinuxConfiguration(bool? DisablePasswordAuthentication, SshConfiguration? Ssh);

/// <summary>Keys.</summary>
internal sealed record SshConfiguration(ImmutableArray<SshPublicKey>? PublicKeys);

/// <summary>A key, and the file that it goes into.</summary>
internal sealed record SshPublicKey(string? Path, string? KeyData);

/// <summary>What a spot instance may cost.</summary>
internal sealed record BillingProfile(decimal? MaxPrice);

/// <summary>Its network interfaces: as they are asked for, or those that it has.</summary>
internal sealed record NetworkProfile
{
    public string? NetworkApiVersion { get; init; }

    public ImmutableArray<NicConfiguration>? NetworkInterfaceConfigurations { get; init; }

    public ImmutableArray<SubResource>? NetworkInterfaces { get; init; }
}

/// <summary>A network interface that is made with it.</summary>
internal sealed record NicConfiguration(string Name, NicConfigurationProperties Properties)
{
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

/// <summary>What such an interface is.</summary>
internal sealed record NicConfigurationProperties
{
    public bool? Primary { get; init; }

    public string? DeleteOption { get; init; }

    public SubResource? NetworkSecurityGroup { get; init; }

    public ImmutableArray<NicIpConfiguration> IpConfigurations { get; init; } = [];
}

/// <summary>An address of it.</summary>
internal sealed record NicIpConfiguration(string Name, NicIpConfigurationProperties Properties);

/// <summary>Where the address is from.</summary>
internal sealed record NicIpConfigurationProperties
{
    public bool? Primary { get; init; }

    public SubResource? Subnet { get; init; }

    public PublicIpConfiguration? PublicIPAddressConfiguration { get; init; }

    public ImmutableArray<SubResource>? LoadBalancerBackendAddressPools { get; init; }
}

/// <summary>A public address that is made with it.</summary>
internal sealed record PublicIpConfiguration(string Name, PublicIpSku Sku, PublicIpConfigurationProperties Properties)
{
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

/// <summary>What kind of public address.</summary>
internal sealed record PublicIpSku(string Name);

/// <summary>How it is given out, and that it goes with the machine.</summary>
internal sealed record PublicIpConfigurationProperties(string DeleteOption, string PublicIPAllocationMethod);

/// <summary>What is so now.</summary>
internal sealed record InstanceView(ImmutableArray<InstanceViewStatus>? Statuses);

/// <summary>One word of what is so now: <c>PowerState/running</c>.</summary>
internal sealed record InstanceViewStatus(string? Code)
{
    public string? Message { get; init; }
}

/// <summary>Another resource, by its id.</summary>
internal sealed record SubResource(string? Id);

/// <summary><c>{}</c></summary>
internal sealed record EmptyObject;
