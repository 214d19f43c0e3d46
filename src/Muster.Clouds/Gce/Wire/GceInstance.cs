using System.Text.Json.Nodes;

using Muster.Clouds.Kit.Json;

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

    public string? LabelFingerprint { get; init; }

    public GceMetadata? Metadata { get; init; }

    public GceTags? Tags { get; init; }

    public AttachedDisk[]? Disks { get; init; }

    public NetworkInterface[]? NetworkInterfaces { get; init; }

    public GceServiceAccount[]? ServiceAccounts { get; init; }

    public Scheduling? Scheduling { get; init; }

    public Accelerator[]? GuestAccelerators { get; init; }

    public static GceInstance Of(JsonFields of) => new()
    {
        Id = of.Text("id"),
        Name = of.Text("name"),
        Zone = of.Text("zone"),
        MachineType = of.Text("machineType"),
        Status = of.Text("status"),
        StatusMessage = of.Text("statusMessage"),
        CreationTimestamp = of.Time("creationTimestamp"),
        DeletionProtection = of.Flag("deletionProtection"),
        Labels = of.TextMap("labels"),
        LabelFingerprint = of.Text("labelFingerprint"),
        Metadata = of.Object("metadata", GceMetadata.Of),
        Tags = of.Object("tags", GceTags.Of),
        Disks = of.Array("disks", AttachedDisk.Of),
        NetworkInterfaces = of.Array("networkInterfaces", NetworkInterface.Of),
        ServiceAccounts = of.Array("serviceAccounts", GceServiceAccount.Of),
        Scheduling = of.Object("scheduling", Scheduling.Of),
        GuestAccelerators = of.Array("guestAccelerators", Accelerator.Of),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("id", Id)
        .Add("name", Name)
        .Add("zone", Zone)
        .Add("machineType", MachineType)
        .Add("status", Status)
        .Add("statusMessage", StatusMessage)
        .Add("deletionProtection", DeletionProtection)
        .Add("labels", Labels)
        .Add("metadata", Metadata?.ToJson())
        .Add("tags", Tags?.ToJson())
        .Add("disks", Disks?.Select(one => one.ToJson()))
        .Add("networkInterfaces", NetworkInterfaces?.Select(one => one.ToJson()))
        .Add("serviceAccounts", ServiceAccounts?.Select(one => one.ToJson()))
        .Add("scheduling", Scheduling?.ToJson())
        .Add("guestAccelerators", GuestAccelerators?.Select(one => one.ToJson()))
        .Object;
}

internal sealed record GceMetadata(MetadataItem[]? Items)
{
    public static GceMetadata Of(JsonFields of) => new(of.Array("items", MetadataItem.Of));

    public JsonObject ToJson() => new JsonBody()
        .Add("items", Items?.Select(one => one.ToJson()))
        .Object;
}

internal sealed record MetadataItem(string? Key, string? Value)
{
    public static MetadataItem Of(JsonFields of) => new(of.Text("key"), of.Text("value"));

    public JsonObject ToJson() => new JsonBody()
        .Add("key", Key)
        .Add("value", Value)
        .Object;
}

/// <summary>Network tags, by which rules of a firewall choose.</summary>
internal sealed record GceTags(string[]? Items)
{
    public static GceTags Of(JsonFields of) => new(of.Texts("items"));

    public JsonObject ToJson() => new JsonBody()
        .Add("items", Items)
        .Object;
}

internal sealed record AttachedDisk
{
    public bool? Boot { get; init; }

    public bool? AutoDelete { get; init; }

    public string? Source { get; init; }

    public string? DiskSizeGb { get; init; }

    public string? Type { get; init; }

    public DiskParams? InitializeParams { get; init; }

    public static AttachedDisk Of(JsonFields of) => new()
    {
        Boot = of.Flag("boot"),
        AutoDelete = of.Flag("autoDelete"),
        Source = of.Text("source"),
        DiskSizeGb = of.Text("diskSizeGb"),
        Type = of.Text("type"),
        InitializeParams = of.Object("initializeParams", DiskParams.Of),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("boot", Boot)
        .Add("autoDelete", AutoDelete)
        .Add("source", Source)
        .Add("diskSizeGb", DiskSizeGb)
        .Add("type", Type)
        .Add("initializeParams", InitializeParams?.ToJson())
        .Object;
}

internal sealed record DiskParams
{
    public string? SourceImage { get; init; }

    public string? DiskSizeGb { get; init; }

    public string? DiskType { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public static DiskParams Of(JsonFields of) => new()
    {
        SourceImage = of.Text("sourceImage"),
        DiskSizeGb = of.Text("diskSizeGb"),
        DiskType = of.Text("diskType"),
        Labels = of.TextMap("labels"),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("sourceImage", SourceImage)
        .Add("diskSizeGb", DiskSizeGb)
        .Add("diskType", DiskType)
        .Add("labels", Labels)
        .Object;
}

internal sealed record NetworkInterface
{
    public string? Network { get; init; }

    public string? Subnetwork { get; init; }

    public string? NetworkIP { get; init; }

    public AccessConfig[]? AccessConfigs { get; init; }

    public static NetworkInterface Of(JsonFields of) => new()
    {
        Network = of.Text("network"),
        Subnetwork = of.Text("subnetwork"),
        NetworkIP = of.Text("networkIP"),
        AccessConfigs = of.Array("accessConfigs", AccessConfig.Of),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("network", Network)
        .Add("subnetwork", Subnetwork)
        .Add("networkIP", NetworkIP)
        .Add("accessConfigs", AccessConfigs?.Select(one => one.ToJson()))
        .Object;
}

internal sealed record AccessConfig
{
    public string? Type { get; init; }

    public string? Name { get; init; }

    public string? NatIP { get; init; }

    public static AccessConfig Of(JsonFields of) => new()
    {
        Type = of.Text("type"),
        Name = of.Text("name"),
        NatIP = of.Text("natIP"),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("type", Type)
        .Add("name", Name)
        .Add("natIP", NatIP)
        .Object;
}

internal sealed record GceServiceAccount(string? Email, string[]? Scopes)
{
    public static GceServiceAccount Of(JsonFields of) => new(of.Text("email"), of.Texts("scopes"));

    public JsonObject ToJson() => new JsonBody()
        .Add("email", Email)
        .Add("scopes", Scopes)
        .Object;
}

internal sealed record Scheduling
{
    public string? ProvisioningModel { get; init; }

    public string? InstanceTerminationAction { get; init; }

    public string? OnHostMaintenance { get; init; }

    public bool? AutomaticRestart { get; init; }

    public static Scheduling Of(JsonFields of) => new()
    {
        ProvisioningModel = of.Text("provisioningModel"),
        InstanceTerminationAction = of.Text("instanceTerminationAction"),
        OnHostMaintenance = of.Text("onHostMaintenance"),
        AutomaticRestart = of.Flag("automaticRestart"),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("provisioningModel", ProvisioningModel)
        .Add("instanceTerminationAction", InstanceTerminationAction)
        .Add("onHostMaintenance", OnHostMaintenance)
        .Add("automaticRestart", AutomaticRestart)
        .Object;
}

internal sealed record Accelerator(string? AcceleratorType, int? AcceleratorCount)
{
    public static Accelerator Of(JsonFields of) => new(of.Text("acceleratorType"), of.Small("acceleratorCount"));

    public JsonObject ToJson() => new JsonBody()
        .Add("acceleratorType", AcceleratorType)
        .Add("acceleratorCount", AcceleratorCount)
        .Object;
}
