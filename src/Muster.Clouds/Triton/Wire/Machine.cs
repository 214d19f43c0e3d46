using System.Text.Json;
using System.Text.Json.Serialization;

using Muster.Clouds.Listings;

namespace Muster.Clouds.Triton.Wire;

/// <summary>What CloudAPI says of a machine, as far as Muster reads it.</summary>
internal sealed record Machine
{
    public string Id { get; init; } = "";

    public string? Name { get; init; }

    public string State { get; init; } = "unknown";

    public string? Brand { get; init; }

    public string? Image { get; init; }

    public string? Package { get; init; }

    public string[]? Ips { get; init; }

    [JsonPropertyName("primaryIp")]
    public string? PrimaryIp { get; init; }

    public DateTimeOffset? Created { get; init; }

    /// <summary>Texts, numbers or booleans: whoever set a tag chose.</summary>
    public Dictionary<string, JsonElement>? Tags { get; init; }

    public bool? DeletionProtection { get; init; }

    public string? ComputeNode { get; init; }

    public string? Type { get; init; }

    public long? Memory { get; init; }

    public long? Disk { get; init; }

    public DateTimeOffset? Updated { get; init; }

    public bool? Docker { get; init; }

    public string[]? Networks { get; init; }

    public string[]? DnsNames { get; init; }

    public bool? FirewallEnabled { get; init; }

    /// <summary>Texts, mostly.</summary>
    public Dictionary<string, JsonElement>? Metadata { get; init; }

    /// <summary>A tag as text; null when there is none.</summary>
    public string? Tag(string key) =>
        Tags is { } tags && tags.TryGetValue(key, out var value) ? Text(value) : null;

    /// <summary>A tag's value as text, as CloudAPI's own filters see it.</summary>
    public static string Text(JsonElement value) =>
        (value.ValueKind is JsonValueKind.String ? OddFields.Text(value) : null) ?? OddFields.Raw(value);
}
