using System.Text.Json.Serialization;

namespace Muster.Nomad.Wire;

/// <summary>The public keys by which what Nomad says of its tasks is checked (RFC 7517).</summary>
internal sealed record SigningKeySet
{
    [JsonPropertyName("keys")]
    public required SigningKeyEntry[] Keys { get; init; }
}

/// <summary>One of them.</summary>
internal sealed record SigningKeyEntry
{
    [JsonPropertyName("kid")]
    public string? Id { get; init; }

    [JsonPropertyName("kty")]
    public string? Kind { get; init; }

    /// <summary>RS256 from Nomad 1.7 on; EdDSA for a key that was made before.</summary>
    [JsonPropertyName("alg")]
    public string? Algorithm { get; init; }

    [JsonPropertyName("n")]
    public string? Modulus { get; init; }

    [JsonPropertyName("e")]
    public string? Exponent { get; init; }
}
