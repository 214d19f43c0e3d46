using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Triton.Machines;

/// <summary>A machine of the simulated cloud: a record, and nothing that runs.</summary>
public sealed class SimulatedMachine : ParkedMachine<Guid>
{
    /// <summary>Its owner.</summary>
    public required Guid Account { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>Its package's name.</summary>
    public string Package { get; internal set; } = "";

    /// <summary>Its image's id.</summary>
    public required string Image { get; init; }

    /// <summary>Whether it cannot be deleted.</summary>
    public bool IsProtected { get; internal set; }

    /// <summary>Whether its firewall is on.</summary>
    public bool HasFirewall { get; internal set; }

    /// <summary>Its tags.</summary>
    public JsonObject Tags { get; internal set; } = [];

    /// <summary>Its metadata.</summary>
    public JsonObject Metadata { get; internal set; } = [];

    /// <summary>Its networks.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>Where it is allowed to run, as asked.</summary>
    public IReadOnlyList<string> Affinity { get; init; } = [];

    /// <summary>Whether it is gone.</summary>
    public bool IsGone => State is "deleted";

    /// <summary>Whether a plain list shows it, and whether it holds its name.</summary>
    public bool IsActive => State is not ("deleted" or "failed");

    internal override SimulatedMachine Copy()
    {
        var copy = (SimulatedMachine)base.Copy();
        (copy.Tags, copy.Metadata) = ((JsonObject)Tags.DeepClone(), (JsonObject)Metadata.DeepClone());
        return copy;
    }

    internal JsonObject ToJson()
    {
        var hasAddress = State is "running" or "stopping" or "stopped";
        var address = $"10.{Id.ToByteArray()[1]}.{Id.ToByteArray()[2]}.{Id.ToByteArray()[3]}";
        var json = new JsonObject
        {
            ["id"] = Id.ToString(),
            ["name"] = Name,
            ["type"] = "smartmachine",
            ["brand"] = "lx",
            ["state"] = State,
            ["image"] = Image,
            ["ips"] = hasAddress ? Array([address]) : [],
            ["memory"] = 256,
            ["disk"] = 10240,
            ["deletion_protection"] = IsProtected,
            ["metadata"] = Metadata.DeepClone(),
            ["tags"] = Tags.DeepClone(),
            ["created"] = Text(Created),
            ["updated"] = Text(Updated),
            ["networks"] = hasAddress ? Array(Networks) : [],
            ["nics"] = new JsonArray(),
            ["dataset"] = Image,
            ["firewall_enabled"] = HasFirewall,
            ["compute_node"] = "564d1be6-2e0a-4e5f-9d5c-000000000001",
            ["package"] = Package,
        };
        if (hasAddress)
        {
            json["primaryIp"] = address;
        }

        return json;
    }

    internal static JsonArray Array(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode?)JsonValue.Create(text))];

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
