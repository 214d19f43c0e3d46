using System.Text.Json;
using System.Text.Json.Serialization;

using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Listings;

namespace Muster.Clouds.Triton.Wire;

/// <summary>What CloudAPI says of a machine, as far as Muster reads it.</summary>
internal sealed record Machine
{
    public string Id { get; set; } = "";

    public string? Name { get; set; }

    public string State { get; set; } = "unknown";

    public string? Brand { get; set; }

    public string? Image { get; set; }

    public string? Package { get; set; }

    public string[]? Ips { get; set; }

    [JsonPropertyName("primaryIp")]
    public string? PrimaryIp { get; set; }

    public DateTimeOffset? Created { get; set; }

    /// <summary>Texts, numbers or booleans: whoever set a tag chose.</summary>
    public Dictionary<string, JsonElement>? Tags { get; set; }

    public bool? DeletionProtection { get; set; }

    public string? ComputeNode { get; set; }

    public string? Type { get; set; }

    public long? Memory { get; set; }

    public long? Disk { get; set; }

    public DateTimeOffset? Updated { get; set; }

    public bool? Docker { get; set; }

    public string[]? Networks { get; set; }

    public string[]? DnsNames { get; set; }

    public bool? FirewallEnabled { get; set; }

    /// <summary>Texts, mostly.</summary>
    public Dictionary<string, JsonElement>? Metadata { get; set; }

    /// <summary>A tag as text; null when there is none.</summary>
    public string? Tag(string key) =>
        Tags is { } tags && tags.TryGetValue(key, out var value) ? Text(value) : null;

    /// <summary>A tag's value as text, as CloudAPI's own filters see it.</summary>
    public static string Text(JsonElement value) =>
        (value.ValueKind is JsonValueKind.String ? JsonTexts.Text(value) : null) ?? JsonTexts.Raw(value);
}
