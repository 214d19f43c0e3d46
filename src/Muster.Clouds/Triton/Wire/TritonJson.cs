using System.Text.Json.Serialization;

namespace Muster.Clouds.Triton.Wire;

/// <summary>How CloudAPI's JSON is read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Machine))]
[JsonSerializable(typeof(Machine[]))]
[JsonSerializable(typeof(Image))]
[JsonSerializable(typeof(Package))]
[JsonSerializable(typeof(Network))]
[JsonSerializable(typeof(ProvisioningLimit[]))]
[JsonSerializable(typeof(ApiError))]
[JsonSerializable(typeof(Change))]
[JsonSerializable(typeof(AccountAnswer))]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(KeyBody))]
internal sealed partial class TritonJson : JsonSerializerContext;
