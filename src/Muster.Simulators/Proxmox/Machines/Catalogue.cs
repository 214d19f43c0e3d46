using System.Collections.Immutable;

namespace Muster.Simulators.Proxmox.Machines;

/// <summary>What a simulated cluster has from its beginning.</summary>
public static class Catalogue
{
    /// <summary>A template on shared storage.</summary>
    public const string Image = "debian-12";

    /// <summary>A template on the storages of two nodes, of which each has its own.</summary>
    public const string LocalImage = "alpine-local";

    /// <summary>A machine that is no template.</summary>
    public const string NoTemplate = "router";

    /// <summary>The node that has what there is one of.</summary>
    public const string FirstNode = "pve1";

    /// <summary>The storage that every node has the same of.</summary>
    public const string SharedStorage = "ceph";

    /// <summary>The storage that every node has its own of.</summary>
    public const string LocalStorage = "local-lvm";

    /// <summary>The storage that holds no disks.</summary>
    public const string IsoStorage = "local";

    /// <summary>The pool.</summary>
    public const string Pool = "muster";

    internal const long NodeMemory = 64L << 30, GuestMemory = 2L << 30;

    /// <summary>The nodes.</summary>
    public static ImmutableArray<string> Nodes { get; } = [FirstNode, "pve2", "pve3"];

    internal static ImmutableArray<string> Bridges { get; } = ["vmbr0", "vmbr1"];

    internal static ImmutableArray<(string Name, bool IsShared, string Content, string Type)> Storages { get; } =
    [
        (IsoStorage, false, "backup,iso,snippets,vztmpl", "dir"),
        (LocalStorage, false, "images,rootdir", "lvmthin"),
        (SharedStorage, true, "images", "rbd"),
    ];

    internal static IEnumerable<SimulatedMachine> Machines(DateTimeOffset now)
    {
        yield return Make(9000, FirstNode, SharedStorage, Image, now, isTemplate: true);
        yield return Make(9001, FirstNode, LocalStorage, LocalImage, now, isTemplate: true);
        yield return Make(9002, "pve2", LocalStorage, LocalImage, now, isTemplate: true);
        yield return Make(101, FirstNode, LocalStorage, NoTemplate, now, isTemplate: false);
        yield return new()
        {
            Id = 102,
            Node = "pve2",
            Storage = LocalStorage,
            Created = now,
            State = "running",
            IsContainer = true,
            Config = Config("proxy"),
            Volume = $"{LocalStorage}:vm-102-disk-0",
        };
    }

    private static SimulatedMachine Make(int vmid, string node, string storage, string name, DateTimeOffset now, bool isTemplate) => new()
    {
        Id = vmid,
        Node = node,
        Storage = storage,
        Created = now,
        State = isTemplate ? "stopped" : "running",
        IsTemplate = isTemplate,
        Config = Config(name),
        Volume = $"{storage}:{(isTemplate ? "base" : "vm")}-{vmid}-disk-0",
    };

    private static ImmutableSortedDictionary<string, string> Config(string name) => new Dictionary<string, string>
    {
        ["name"] = name,
        ["memory"] = "2048",
        ["cores"] = "2",
        ["net0"] = "virtio=BC:24:11:00:00:01,bridge=vmbr0",
        ["ide2"] = $"{IsoStorage}:cloudinit,media=cdrom",
        ["tags"] = "gold",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
