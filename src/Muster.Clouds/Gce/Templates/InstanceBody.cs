using System.Globalization;

using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Gce.Templates;

/// <summary>Writes what an insert is sent.</summary>
internal static class InstanceBody
{
    /// <exception cref="CloudException">Its metadata are more than Google takes.</exception>
    public static GceInstance Make(GceSpec spec, LaunchRequest request, string project, string zone, string name)
    {
        var (labels, rest) = GceLabels.Write(request.Tags);
        var metadata = spec.Metadata;
        metadata = rest is null ? metadata : metadata.Add(new(GceLabels.TagsKey, rest));
        metadata = name == request.Name ? metadata : metadata.Add(new(GceLabels.NameKey, request.Name));
        if (GceTemplates.BytesOf(metadata) is var bytes and > GceTemplates.MetadataBytesMax)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"launch {request.Name}: {bytes} bytes of user data, metadata and tags: Google takes {GceTemplates.MetadataBytesMax}");
        }

        return new GceInstance
        {
            Name = name,
            MachineType = spec.MachineType is { } type ? $"projects/{project}/zones/{zone}/machineTypes/{type}" : null,
            Labels = labels,
            Metadata = metadata.IsEmpty ? null : new([.. metadata.Select(item => new MetadataItem(item.Key, item.Value))]),
            Tags = spec.NetworkTags.IsEmpty ? null : new([.. spec.NetworkTags]),
            Disks = spec.Image is null ? null : DisksOf(spec, labels, project, zone),
            NetworkInterfaces = spec.Networks.IsEmpty ? null : InterfacesOf(spec),
            ServiceAccounts = spec.ServiceAccount is { } account
                ? [new GceServiceAccount(account, [.. spec.Scopes.Select(GceTemplateOptions.ScopeOf)])]
                : null,
            Scheduling = spec.IsSpot || request.IsInterruptible ? Spot : null,
        };
    }

    /// <summary>One that Google takes back is deleted, and leaves no shell.</summary>
    private static Scheduling Spot { get; } = new()
    {
        ProvisioningModel = "SPOT", InstanceTerminationAction = "DELETE", OnHostMaintenance = "TERMINATE", AutomaticRestart = false,
    };

    /// <summary>Every disk goes with the instance, and says whose it is in case that it does not.</summary>
    private static AttachedDisk[] DisksOf(GceSpec spec, Dictionary<string, string> labels, string project, string zone)
    {
        var own = labels.Where(label => label.Key.StartsWith(GceLabels.Prefix, StringComparison.Ordinal))
            .ToDictionary(label => label.Key, label => label.Value, StringComparer.Ordinal);
        string? TypeOf(string? type) => type is null ? null : $"projects/{project}/zones/{zone}/diskTypes/{type}";
        var boot = new AttachedDisk
        {
            Boot = true,
            AutoDelete = true,
            InitializeParams = new()
            {
                SourceImage = spec.Image,
                DiskSizeGb = spec.DiskSizeGb?.ToString(CultureInfo.InvariantCulture),
                DiskType = TypeOf(spec.DiskType),
                Labels = own,
            },
        };
        return
        [
            boot,
            .. spec.Disks.Select(disk => new AttachedDisk
            {
                AutoDelete = true,
                InitializeParams = new()
                {
                    DiskSizeGb = disk.SizeGb.ToString(CultureInfo.InvariantCulture), DiskType = TypeOf(disk.Type), Labels = own,
                },
            }),
        ];
    }

    private static NetworkInterface[] InterfacesOf(GceSpec spec) =>
    [
        .. spec.Networks.Select((network, index) => new NetworkInterface
        {
            Network = network.IsSubnetwork ? null : network.Link,
            Subnetwork = network.IsSubnetwork ? network.Link : null,
            // The first one alone: it has the default route.
            AccessConfigs = spec.ExternalIp && index == 0 ? [new AccessConfig { Type = "ONE_TO_ONE_NAT", Name = "External NAT" }] : null,
        }),
    ];
}
