using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.DigitalOcean;

/// <summary>A droplet of the simulated cloud: a record, and nothing that runs.</summary>
public sealed class SimulatedDroplet : ParkedMachine<long>
{
    /// <summary>Its name.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>Its size's slug.</summary>
    public required string Size { get; init; }

    /// <summary>Its image's id.</summary>
    public required long Image { get; init; }

    /// <summary>Its region's slug.</summary>
    public required string Region { get; init; }

    /// <summary>Its private network.</summary>
    public required string Vpc { get; init; }

    /// <summary>The tags that are on it by now.</summary>
    public ImmutableArray<string> Tags { get; internal set; } = [];

    /// <summary>What cloud-init reads.</summary>
    public string? UserData { get; init; }

    /// <summary>Ids of its SSH keys.</summary>
    public ImmutableArray<long> SshKeys { get; init; } = [];

    /// <summary>What is switched on: <c>monitoring</c>, <c>ipv6</c>.</summary>
    public ImmutableArray<string> Features { get; init; } = [];

    /// <summary>Whether it has public addresses.</summary>
    public bool IsPublic { get; init; } = true;

    /// <summary>Whether it is gone; only a list that lags shows it still.</summary>
    public bool IsGone => State is Gone;

    /// <summary>Whether something is being done to it, so that nothing else can be.</summary>
    internal bool IsBusy { get; set; }

    /// <summary>The state of one that is gone, which nobody is shown.</summary>
    internal const string Gone = "gone";

    internal JsonObject ToJson()
    {
        var (last, hasAddress) = (Id % 250, State is not "new");
        JsonArray v4 = !hasAddress ? []
            : IsPublic ? new(Address($"10.10.0.{last + 2}", "private"), Address($"192.0.2.{last + 2}", "public"))
            : new(Address($"10.10.0.{last + 2}", "private"));
        JsonArray v6 = !hasAddress || !Features.Contains("ipv6") ? []
            : new(new JsonObject
            {
                ["ip_address"] = $"2001:db8::{last + 2:x}", ["netmask"] = 64, ["gateway"] = "2001:db8::1", ["type"] = "public",
            });

        var size = Catalogue.FindSize(Size)!;
        return new()
        {
            ["id"] = Id,
            ["name"] = Name,
            ["memory"] = (int)size["memory"]!,
            ["vcpus"] = (int)size["vcpus"]!,
            ["disk"] = (int)size["disk"]!,
            ["locked"] = State is "new" || IsBusy,
            ["status"] = State,
            ["kernel"] = null,
            ["created_at"] = Catalogue.Time(Created),
            ["features"] = Catalogue.Texts(Features.Add("droplet_agent").Add("private_networking")),
            ["backup_ids"] = new JsonArray(),
            ["next_backup_window"] = null,
            ["snapshot_ids"] = new JsonArray(),
            ["image"] = Catalogue.FindImage(Image.ToString(CultureInfo.InvariantCulture)),
            ["volume_ids"] = new JsonArray(),
            ["size"] = size,
            ["size_slug"] = Size,
            ["networks"] = new JsonObject { ["v4"] = v4, ["v6"] = v6 },
            ["region"] = Catalogue.FindRegion(Region),
            ["tags"] = Catalogue.Texts(Tags),
            ["vpc_uuid"] = Vpc,
        };
    }

    private static JsonObject Address(string address, string type) => new()
    {
        ["ip_address"] = address,
        ["netmask"] = "255.255.255.0",
        ["gateway"] = $"{address[..address.LastIndexOf('.')]}.1",
        ["type"] = type,
    };
}
