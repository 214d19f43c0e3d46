using System.Text.Json.Serialization;

namespace Muster.Server.Secrets;

/// <summary>What goes to and comes from Vault's transit engine.</summary>
internal sealed record VaultData
{
    public string? Plaintext { get; init; }

    public string? Ciphertext { get; init; }

    public string? AssociatedData { get; init; }
}

/// <summary>The envelope of its answers.</summary>
internal sealed record VaultAnswer(VaultData? Data);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VaultData))]
[JsonSerializable(typeof(VaultAnswer))]
internal sealed partial class VaultJson : JsonSerializerContext;
