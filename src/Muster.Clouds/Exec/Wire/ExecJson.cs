using System.Text.Json.Serialization;

namespace Muster.Clouds.Exec.Wire;

/// <summary>How the contract is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExecRequest))]
[JsonSerializable(typeof(ExecDescription))]
[JsonSerializable(typeof(ExecInstance))]
[JsonSerializable(typeof(ExecListEnd))]
[JsonSerializable(typeof(ExecCheck))]
[JsonSerializable(typeof(ExecChange))]
[JsonSerializable(typeof(ExecZones))]
[JsonSerializable(typeof(ExecPrices))]
[JsonSerializable(typeof(ExecFailure))]
internal sealed partial class ExecJson : JsonSerializerContext;
