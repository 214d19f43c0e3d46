using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Clouds.Lxd.Wire;

/// <summary>How the API is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LxdAnswer<JsonElement?>), TypeInfoPropertyName = "Plain")]
[JsonSerializable(typeof(LxdAnswer<LxdOperation>), TypeInfoPropertyName = "Operation")]
[JsonSerializable(typeof(LxdAnswer<Dictionary<string, LxdOperation[]>>), TypeInfoPropertyName = "Operations")]
[JsonSerializable(typeof(LxdAnswer<LxdInstance>), TypeInfoPropertyName = "Instance")]
[JsonSerializable(typeof(LxdAnswer<LxdInstance?[]>), TypeInfoPropertyName = "Instances")]
[JsonSerializable(typeof(LxdAnswer<LxdProfile>), TypeInfoPropertyName = "Profile")]
[JsonSerializable(typeof(LxdInstance))]
[JsonSerializable(typeof(LxdInstanceCreate))]
[JsonSerializable(typeof(LxdStateChange))]
[JsonSerializable(typeof(LxdConfigChange))]
[JsonSerializable(typeof(LxdTrust))]
[JsonSerializable(typeof(LxdEvent))]
internal sealed partial class LxdJson : JsonSerializerContext;
