using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Cli.Commands.Stores;

/// <summary><c>muster store check</c> as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoreCheckView))]
internal sealed partial class StoreCheckJson : JsonSerializerContext;
