namespace Muster.Clouds.Gce.Wire;

/// <summary>An instance as it is asked for, and as it is listed. Numbers of 64 bits are texts.</summary>
internal sealed record GceInstance
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Zone { get; init; }

    public string? MachineType { get; init; }

    public string? Status { get; init; }

    public string? StatusMessage { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    public bool? DeletionProtection { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public GceMetadata? Metadata { get; init; }

    public GceTags? Tags { get; init; }

    public AttachedDisk[]? Disks { get; init; }

    public NetworkInterface[]? NetworkInterfaces { get; init; }

    public GceServiceAccount[]? ServiceAccounts { get; init; }

    public Scheduling? Scheduling { get; init; }

    public Accelerator[]? GuestAccelerators { get; init; }
}

internal sealed record GceMetadata(MetadataItem[]? Items);

internal sealed record MetadataItem(string? Key, string? Value);

/// <summary>Network tags, by which rules of a firewall choose.</summary>
internal sealed record GceTags(string[]? Items);

internal sealed record AttachedDisk
{
    public bool? Boot { get; init; }

    public bool? AutoDelete { get; init; }

    public string? Source { get; init; }

    public string? DiskSizeGb { get; init; }

    public string? Type { get; init; }

    public DiskParams? InitializeParams { get; init; }
}

internal sealed record DiskParams
{
    public string? SourceImage { get; init; }

    public string? DiskSizeGb { get; init; }

    public string? DiskType { get; init; }

    public Dictionary<string, string>? Labels { get; init; }
}

internal sealed record NetworkInterface
{
    public string? Network { get; init; }

    public string? Subnetwork { get; init; }

    public string? NetworkIP { get; init; }

    public AccessConfig[]? AccessConfigs { get; init; }
}

internal sealed record AccessConfig
{
    public string? Type { get; init; }

    public string? Name { get; init; }

    public string? NatIP { get; init; }
}

internal sealed record GceServiceAccount(string? Email, string[]? Scopes);

internal sealed record Scheduling
{
    public string? ProvisioningModel { get; init; }

    public string? InstanceTerminationAction { get; init; }

    public string? OnHostMaintenance { get; init; }

    public bool? AutomaticRestart { get; init; }
}

internal sealed record Accelerator(string? AcceleratorType, int? AcceleratorCount);
