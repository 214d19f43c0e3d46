using System.Collections.Immutable;

using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>The inventory that a simulated vCenter begins with, but for its machines.</summary>
public static class VsphereCatalogue
{
    /// <summary>The data centre.</summary>
    public const string Datacenter = "DC1";

    /// <summary>The installation's folder.</summary>
    public const string Folder = "muster";

    /// <summary>A template that has a snapshot.</summary>
    public const string Image = "debian-12";

    /// <summary>Its path.</summary>
    public const string ImagePath = "Templates/debian-12";

    /// <summary>A second template, without one.</summary>
    public const string PlainImage = "alpine";

    internal const string RootKey = "group-d1", DatacenterKey = "datacenter-2", VmFolderKey = "group-v3", HostFolderKey = "group-h4";
    internal const string DatastoreFolderKey = "group-s5", NetworkFolderKey = "group-n6", TemplatesKey = "group-v7", MusterKey = "group-v8";
    internal const string SubFolderKey = "group-v9";
    internal const string EastKey = "domain-c20", WestKey = "domain-c30", EastPool = "resgroup-23", WestPool = "resgroup-33";
    internal const string WebPool = "resgroup-24", SsdKey = "datastore-41", HddKey = "datastore-42", PodKey = "group-p43";
    internal const string NetworkKey = "network-51", SwitchKey = "dvs-52", GroupKey = "dvportgroup-53";
    internal const string SwitchUuid = "50 1f 3c 9d 11 22 33 44-55 66 77 88 99 aa bb cc";

    internal static readonly ImmutableArray<string> EastHosts = ["host-21", "host-22"], WestHosts = ["host-31"];

    internal static ImmutableArray<Entity> Entities { get; } =
    [
        Folder_(RootKey, "Datacenters", null),
        new(new("Datacenter", DatacenterKey), Datacenter, Ref("Folder", RootKey))
        {
            Own =
            [
                ("vmFolder", Ref("Folder", VmFolderKey)), ("hostFolder", Ref("Folder", HostFolderKey)),
                ("datastoreFolder", Ref("Folder", DatastoreFolderKey)), ("networkFolder", Ref("Folder", NetworkFolderKey)),
            ],
        },
        Folder_(VmFolderKey, "vm", Ref("Datacenter", DatacenterKey)),
        Folder_(HostFolderKey, "host", Ref("Datacenter", DatacenterKey)),
        Folder_(DatastoreFolderKey, "datastore", Ref("Datacenter", DatacenterKey)),
        Folder_(NetworkFolderKey, "network", Ref("Datacenter", DatacenterKey)),
        Folder_(TemplatesKey, "Templates", Ref("Folder", VmFolderKey)),
        Folder_(MusterKey, Folder, Ref("Folder", VmFolderKey)),
        Folder_(SubFolderKey, "batch", Ref("Folder", MusterKey)),
        Cluster(EastKey, "east", EastPool, EastHosts),
        Cluster(WestKey, "west", WestPool, WestHosts),
        .. Hosts(EastHosts, "east", EastKey),
        .. Hosts(WestHosts, "west", WestKey),
        Pool(EastPool, "Resources", Ref("ClusterComputeResource", EastKey), EastKey),
        Pool(WebPool, "web", Ref("ResourcePool", EastPool), EastKey),
        Pool(WestPool, "Resources", Ref("ClusterComputeResource", WestKey), WestKey),
        new(new("Datastore", SsdKey), "ssd", Ref("Folder", DatastoreFolderKey)),
        new(new("Datastore", HddKey), "hdd", Ref("Folder", DatastoreFolderKey)),
        new(new("StoragePod", PodKey), "pod", Ref("Folder", DatastoreFolderKey)),
        new(new("Network", NetworkKey), "VM-Network", Ref("Folder", NetworkFolderKey)),
        new(new("VmwareDistributedVirtualSwitch", SwitchKey), "switch", Ref("Folder", NetworkFolderKey))
        {
            Own = [("uuid", ScalarValue.Text(SwitchUuid))],
        },
        new(new("DistributedVirtualPortgroup", GroupKey), "web", Ref("Folder", NetworkFolderKey))
        {
            Own =
            [
                ("key", ScalarValue.Text(GroupKey)),
                ("config", new ObjectValue(
                    "DVPortgroupConfigInfo",
                    [
                        ("key", ScalarValue.Text(GroupKey)), ("name", ScalarValue.Text("web")), ("numPorts", ScalarValue.Number(8)),
                        ("distributedVirtualSwitch", Ref("VmwareDistributedVirtualSwitch", SwitchKey)),
                    ])),
            ],
        },
    ];

    internal static RefValue Ref(string type, string key) => new(type, key);

    private static IEnumerable<Entity> Hosts(ImmutableArray<string> keys, string cluster, string clusterKey) => keys.Select(
        (key, index) => new Entity(new("HostSystem", key), $"esx{index + 1}.{cluster}", Ref("ClusterComputeResource", clusterKey)));

    private static Entity Folder_(string key, string name, RefValue? parent) => new(new("Folder", key), name, parent);

    private static Entity Cluster(string key, string name, string pool, ImmutableArray<string> hosts) =>
        new(new("ClusterComputeResource", key), name, Ref("Folder", HostFolderKey))
        {
            Own =
            [
                ("resourcePool", Ref("ResourcePool", pool)),
                ("host", new ListValue("ManagedObjectReference", [.. hosts.Select(host => Ref("HostSystem", host))])),
            ],
        };

    private static Entity Pool(string key, string name, RefValue parent, string owner) =>
        new(new("ResourcePool", key), name, parent) { Own = [("owner", Ref("ClusterComputeResource", owner))] };
}
