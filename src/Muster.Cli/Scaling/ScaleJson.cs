using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Cli.Scaling;

/// <summary><c>muster scale</c> as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ScaleNotification))]
internal sealed partial class ScaleJson : JsonSerializerContext;
