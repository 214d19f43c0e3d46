using System.Text.Json.Nodes;

namespace Muster.Simulators.Gce.Machines;

/// <summary>What a simulated Compute Engine has to launch.</summary>
public static class Catalogue
{
    /// <summary>A family of images.</summary>
    public const string Image = "family/debian-12";

    /// <summary>The project of that family.</summary>
    public const string ImageProject = "debian-cloud";

    /// <summary>A machine type.</summary>
    public const string MachineType = "e2-small";

    /// <summary>An instance template.</summary>
    public const string InstanceTemplate = "web-base";

    private static readonly (string Project, string Name, string Family, string? Deprecated)[] Images =
    [
        (ImageProject, "debian-12-bookworm-v20260101", "debian-12", null),
        (ImageProject, "debian-11-bullseye-v20260101", "debian-11", null),
        (ImageProject, "debian-9-stretch-v20220101", "debian-9", "OBSOLETE"),
        ("ubuntu-os-cloud", "ubuntu-2404-noble-amd64-v20260101", "ubuntu-2404-lts-amd64", null),
    ];

    private static readonly (string Name, int Cpus, int MemoryMb)[] Types =
    [
        ("e2-micro", 2, 1024), (MachineType, 2, 2048), ("e2-medium", 2, 4096), ("n2-standard-2", 2, 8192), ("n2-standard-4", 4, 16384),
    ];

    private static readonly string[] DiskTypes = ["pd-standard", "pd-balanced", "pd-ssd"];

    internal static IEnumerable<JsonObject> ImagesOf(string root, string project) =>
        Images.Where(image => image.Project == project).Select(image => ImageJson(root, image));

    internal static JsonObject? FindImage(string root, string project, string name, bool isFamily) =>
        Images.Where(image => image.Project == project
                && (isFamily ? image.Family == name && image.Deprecated is null : image.Name == name))
            .Select(image => ImageJson(root, image)).FirstOrDefault();

    internal static IEnumerable<JsonObject> MachineTypes(string root, string zone) => Types
        .Where(type => zone != "europe-west1-d" || type.Name != "n2-standard-4")
        .Select(type => new JsonObject
        {
            ["kind"] = "compute#machineType", ["name"] = type.Name, ["guestCpus"] = type.Cpus, ["memoryMb"] = type.MemoryMb,
            ["zone"] = zone, ["selfLink"] = $"{root}/zones/{zone}/machineTypes/{type.Name}",
        });

    internal static JsonObject? FindDiskType(string root, string zone, string name) => DiskTypes.Contains(name)
        ? new() { ["kind"] = "compute#diskType", ["name"] = name, ["selfLink"] = $"{root}/zones/{zone}/diskTypes/{name}" }
        : null;

    internal static bool HasNetwork(string name) => name is "default" or "backend";

    internal static bool HasSubnetwork(string name) => name is "default" or "backend-1";

    private static JsonObject ImageJson(string root, (string Project, string Name, string Family, string? Deprecated) image)
    {
        var json = new JsonObject
        {
            ["kind"] = "compute#image", ["name"] = image.Name, ["family"] = image.Family, ["status"] = "READY", ["diskSizeGb"] = "10",
            ["selfLink"] =
                $"{root[..root.IndexOf("/projects/", StringComparison.Ordinal)]}/projects/{image.Project}/global/images/{image.Name}",
        };
        if (image.Deprecated is { } state)
        {
            json["deprecated"] = new JsonObject { ["state"] = state };
        }

        return json;
    }
}
