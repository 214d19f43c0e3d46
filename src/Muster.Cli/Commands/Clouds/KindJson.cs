using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Cli.Commands.Clouds;

/// <summary><c>muster cloud kinds</c> as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(KindView))]
internal sealed partial class KindJson : JsonSerializerContext;
