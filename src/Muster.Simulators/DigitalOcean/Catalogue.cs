using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Muster.Simulators.DigitalOcean;

/// <summary>The sizes, regions, images, networks and keys of the simulated account.</summary>
public static class Catalogue
{
    /// <summary>A public image.</summary>
    public const string Image = "ubuntu-24-04-x64";

    /// <summary>A size.</summary>
    public const string Size = "s-1vcpu-1gb";

    /// <summary>A region.</summary>
    public const string Region = "nyc3";

    /// <summary>The name of two images of the account's own.</summary>
    public const string Snapshot = "web";

    /// <summary>The newer of them, which is in every region.</summary>
    public const long SnapshotId = 171_000_002;

    /// <summary>The private network of <see cref="Region"/>.</summary>
    public const string Vpc = "5a4981aa-9653-4bd1-bef5-d6bff52042e4";

    /// <summary>A public key, by its id.</summary>
    public const long SshKey = 289_794;

    /// <summary>The same by its fingerprint.</summary>
    public const string SshKeyFingerprint = "3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45";

    private static readonly string[] Everywhere = ["ams3", "fra1", "nyc1", Region, "sfo2"];

    internal static ImmutableArray<JsonObject> Regions { get; } =
    [
        RegionOf("ams3", "Amsterdam 3", isOpen: true),
        RegionOf("fra1", "Frankfurt 1", isOpen: true),
        RegionOf("nyc1", "New York 1", isOpen: true),
        RegionOf(Region, "New York 3", isOpen: true),
        RegionOf("sfo2", "San Francisco 2", isOpen: false),
    ];

    internal static ImmutableArray<JsonObject> Sizes { get; } =
    [
        SizeOf(Size, 1024, 1, 25, 0.00892857, "Basic", isThere: true, Everywhere[..4]),
        SizeOf("s-2vcpu-4gb", 4096, 2, 80, 0.0357142857, "Basic", isThere: true, Everywhere[..4]),
        SizeOf("c-2", 4096, 2, 25, 0.0625, "CPU-Optimized", isThere: true, ["ams3", "nyc1"]),
        SizeOf("so-2vcpu-16gb", 16_384, 2, 300, 0.19494, "Storage-Optimized", isThere: false, []),
        SizeOf("gpu-h100x1-80gb", 245_760, 20, 720, 3.39, "H100 GPU - 1X", isThere: true, ["nyc1"]),
    ];

    internal static ImmutableArray<JsonObject> Images { get; } =
    [
        ImageOf(155_133_621, "24.04 (LTS) x64", "Ubuntu", Image, 7, "2024-04-25T17:15:00Z", Everywhere),
        ImageOf(159_651_797, "12 x64", "Debian", "debian-12-x64", 7, "2024-07-23T16:12:00Z", Everywhere),
        ImageOf(171_000_001, Snapshot, "Ubuntu", slug: null, 25, "2026-10-01T08:00:00Z", Everywhere),
        ImageOf(SnapshotId, Snapshot, "Ubuntu", slug: null, 25, "2026-11-01T08:00:00Z", Everywhere),
        ImageOf(171_000_003, "only-ams", "Debian", slug: null, 60, "2026-11-02T08:00:00Z", ["ams3"]),
    ];

    internal static ImmutableArray<JsonObject> Vpcs { get; } =
    [
        VpcOf(Vpc, Region),
        VpcOf("e0fe0f4d-596a-465e-a902-571ce57b79fa", "ams3"),
        VpcOf("760e09ef-dc84-11e8-981e-3cfdfeaae000", "fra1"),
        VpcOf("c0a8f3c4-1c41-4a0e-a5a5-2a8e3d1e7b11", "nyc1"),
    ];

    internal static ImmutableArray<JsonObject> SshKeys { get; } =
    [
        new()
        {
            ["id"] = SshKey,
            ["fingerprint"] = SshKeyFingerprint,
            ["public_key"] = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJq8 muster",
            ["name"] = "muster",
        },
    ];

    internal static JsonObject? FindSize(string slug) => Find(Sizes, "slug", slug);

    internal static JsonObject? FindRegion(string slug) => Find(Regions, "slug", slug);

    /// <summary>A public one by id or slug, one of the account's own by id alone.</summary>
    internal static JsonObject? FindImage(string idOrSlug) => Find(Images, "id", idOrSlug) ?? Find(Images, "slug", idOrSlug);

    internal static JsonObject? FindVpc(string id) => Find(Vpcs, "id", id);

    internal static JsonObject? FindSshKey(string idOrFingerprint) =>
        Find(SshKeys, "id", idOrFingerprint) ?? Find(SshKeys, "fingerprint", idOrFingerprint);

    internal static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode?)JsonValue.Create(text))];

    internal static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static JsonObject? Find(ImmutableArray<JsonObject> things, string field, string value) =>
        things.FirstOrDefault(thing => thing[field]?.ToString() == value)?.DeepClone() as JsonObject;

    private static JsonObject RegionOf(string slug, string name, bool isOpen) => new()
    {
        ["name"] = name,
        ["slug"] = slug,
        ["features"] = Texts(["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"]),
        ["available"] = isOpen,
        ["sizes"] = Texts(isOpen ? [Size, "s-2vcpu-4gb"] : []),
    };

    private static JsonObject SizeOf(
        string slug, int memory, int vcpus, int disk, double hourly, string description, bool isThere, string[] regions) => new()
    {
        ["slug"] = slug,
        ["memory"] = memory,
        ["vcpus"] = vcpus,
        ["disk"] = disk,
        ["transfer"] = 1.0,
        ["price_monthly"] = Math.Round(hourly * 672, 2),
        ["price_hourly"] = hourly,
        ["regions"] = Texts(regions),
        ["available"] = isThere,
        ["description"] = description,
    };

    private static JsonObject ImageOf(
        long id, string name, string distribution, string? slug, int diskMin, string created, string[] regions) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["type"] = slug is null ? "snapshot" : "base",
        ["distribution"] = distribution,
        ["slug"] = slug,
        ["public"] = slug is not null,
        ["regions"] = Texts(regions),
        ["created_at"] = created,
        ["min_disk_size"] = diskMin,
        ["size_gigabytes"] = 2.5,
        ["description"] = "",
        ["tags"] = new JsonArray(),
        ["status"] = "available",
        ["error_message"] = "",
    };

    private static JsonObject VpcOf(string id, string region) => new()
    {
        ["id"] = id,
        ["urn"] = $"do:vpc:{id}",
        ["name"] = $"default-{region}",
        ["description"] = "",
        ["region"] = region,
        ["ip_range"] = "10.10.0.0/20",
        ["default"] = true,
        ["created_at"] = "2024-01-02T03:04:05Z",
    };
}
